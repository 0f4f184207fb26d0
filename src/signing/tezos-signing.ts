import { Fault } from '../base/fault.ts';
import type { Key, SigningScheme } from '../keys/key.ts';
import type { Keyring } from '../keys/keyring.ts';
import { notListed, permits, type PolicyDenial, type TezosPolicies } from '../policy/tezos-policy.ts';
import type { Intent } from '../protection/intent.ts';
import type { Mark } from '../protection/mark.ts';
import { toIntent } from '../tezos/intent.ts';
import { parseRequest, type SigningVersion, type TezosRequest } from '../tezos/request.ts';
import type { RequestFacts, SigningObserver } from './observer.ts';
import type { Recorder } from './recorder.ts';

export interface TezosSignRequest {
  /** The public key hash in the URL, already parsed. */
  readonly pkh: string;
  readonly message: Uint8Array;
  readonly version: SigningVersion;
}

/** What came of a request that could be understood; a store that cannot tell is thrown instead. */
export type TezosOutcome =
  | { readonly kind: 'signed'; readonly key: Key; readonly signature: Uint8Array }
  | { readonly kind: 'denied'; readonly message: string; readonly code: string }
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'refused'; readonly why: string; readonly found: Mark | null };

export interface TezosSigningParts {
  readonly policies: TezosPolicies;
  readonly keyring: Keyring;
  readonly recorder: Recorder;
  readonly observer: SigningObserver;
}

/** The way of one Tezos request, in Signatory's order of checks, so that the same status wins. */
export class TezosSigning {
  readonly #parts: TezosSigningParts;

  constructor(parts: TezosSigningParts) {
    this.#parts = parts;
  }

  /**
   * Policy, bytes, key, policy again, record, sign: nothing is recorded before the last check, and the signature is
   * made and offered after it, even if the client has gone.
   *
   * @throws Fault of bad input (400), of the store (503), `signing_version` and `signature_invalid` (500)
   */
  async sign({ pkh, message, version }: TezosSignRequest): Promise<TezosOutcome> {
    const { policies, keyring } = this.#parts;
    const policy = policies.get(pkh);
    if (policy === undefined) return this.#denied(pkh, notListed(pkh));
    const request = parseRequest(message, version);
    const key = keyring.find(pkh);
    if (key === null) return { kind: 'unknown_key' };
    const answer = permits(policy, request);
    if (answer.kind === 'denied') return this.#denied(pkh, answer);
    const scheme = schemeOf(key, version);
    const intent = toIntent(request, pkh, message);
    const recorded = await this.#parts.recorder.sign({
      intent,
      key,
      facts: factsOf(key, request, intent),
      wish: { scheme, priority: 'block' },
    });
    if (recorded.kind === 'refused') return { kind: 'refused', why: recorded.why, found: recorded.found };
    return { kind: 'signed', key, signature: recorded.signature };
  }

  #denied(key: string, { code, message, violation }: PolicyDenial): TezosOutcome {
    this.#parts.observer.denied({ key, violation, message });
    return { kind: 'denied', code: `policy_${code}`, message };
  }
}

/** Signing version 1 signs BLS with the public key prepended; version 0 knows no BLS (tezos.md §1.3). */
function schemeOf(key: Key, version: SigningVersion): SigningScheme {
  if (key.curve !== 'bls12_381' || version === 2) return 'standard';
  if (version === 1) return 'augmented';
  throw new Fault('signing_version', `(${key.source}): SigningVersion0 is not supported for BLS keys`);
}

function factsOf(key: Key, request: TezosRequest, intent: Intent): RequestFacts {
  const guarded = intent.kind === 'guarded';
  return {
    key: key.id,
    vault: key.source,
    requestKind: request.kind,
    chainId: guarded ? intent.lane.network : '',
    next: guarded ? intent.next : null,
    operations: request.kind === 'generic' ? request.operations : [],
    root: guarded ? intent.next.root : intent.root,
    message: intent.message,
  };
}
