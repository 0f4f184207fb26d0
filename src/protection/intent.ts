import type { Lane } from './lane.ts';
import type { Mark, Root } from './mark.ts';

/**
 * What a protocol room made of a request's bytes: the one word that protocols and the signing pipeline share.
 * Guarded or free, never an optional claim: a parser that forgets the claim does not compile.
 */
export type Intent = GuardedIntent | FreeIntent;

/** A request that can be slashed for: it may be signed once per position of its lane. */
export interface GuardedIntent {
  readonly kind: 'guarded';
  readonly lane: Lane;
  /** The mark that the lane has after this is signed; its root is the root of `message`. */
  readonly next: Mark & { readonly root: Root };
  readonly message: Uint8Array;
}

/** A request that no rule concerns. */
export interface FreeIntent {
  readonly kind: 'free';
  /** The key that is to sign, named as in a lane. */
  readonly key: string;
  readonly root: Root;
  readonly message: Uint8Array;
}
