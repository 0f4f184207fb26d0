import type { Priority } from '../crypto/priority.ts';
import type { Mark, Root } from '../protection/mark.ts';
import type { Network } from './network.ts';
import type { SignType } from './sign-type.ts';

/**
 * What a signing request says, once every byte of it is accounted for: plain data, so that a thread can send it. The
 * root is always computed from the request's own fields; a root that the client gave is only compared with it.
 */
export interface Understood {
  readonly type: SignType;
  /** 32 bytes as 64 lower-case hex digits. */
  readonly signingRoot: Root;
  /** The one the client gave, in the same form; null when it gave none. Whoever asked refuses when they differ. */
  readonly givenRoot: Root | null;
  /** Null for deposits alone, which belong to no network that could be told. */
  readonly network: Network | null;
  /** What a lane has after this is signed; null when no rule concerns the type. */
  readonly claim: Claim | null;
  /** The latest slot, and the latest epoch, that this names: what the clock bounds. Null when it names none. */
  readonly slot: bigint | null;
  readonly epoch: bigint | null;
  readonly priority: Priority;
}

interface Claim {
  readonly duty: 'block' | 'attestation';
  readonly next: Mark & { readonly root: Root };
}
