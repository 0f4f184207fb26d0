import { errorCode, Fault } from '../base/fault.ts';
import { fromHex } from '../base/hex.ts';
import { checkHorizon } from '../ethereum/horizon.ts';
import { parsePublicKey } from '../ethereum/public-key.ts';
import type { SignType } from '../ethereum/sign-type.ts';
import type { Understood } from '../ethereum/understood.ts';
import type { Key } from '../keys/key.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Intent } from '../protection/intent.ts';
import type { Mark } from '../protection/mark.ts';
import type { EthereumObserver, RequestFacts } from './observer.ts';
import type { Recorder } from './recorder.ts';

export interface EthereumSignRequest {
  /** The public key in the URL, as it stands there. */
  readonly identifier: string;
  readonly body: Uint8Array;
}

/** What came of a request that could be understood; a store that cannot tell is thrown instead. */
export type EthereumOutcome =
  | { readonly kind: 'signed'; readonly signature: Uint8Array }
  | { readonly kind: 'unknown_key' }
  | {
      readonly kind: 'refused';
      readonly why: string;
      readonly duty: 'block' | 'attestation';
      readonly found: Mark | null;
    };

/** Turns the bytes of a request into what it asks, on the event loop or, for large bodies, on a thread. */
export interface RequestReader {
  /** @throws Fault of bad input (400), `wrong_network` (403) */
  read(body: Uint8Array): Understood | Promise<Understood>;
}

export interface EthereumSigningParts {
  readonly reader: RequestReader;
  readonly keyring: Keyring;
  readonly recorder: Recorder;
  readonly observer: Pick<EthereumObserver, 'answered'>;
  /** The most slots that a request may lie ahead of the clock. */
  readonly futureSlotsMax: bigint;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/**
 * The way of one Ethereum request, in the order of checks of ethereum.md §1.2, except that it records before it
 * signs.
 */
export class EthereumSigning {
  readonly #parts: EthereumSigningParts;

  constructor(parts: EthereumSigningParts) {
    this.#parts = parts;
  }

  /**
   * Bytes, network, root, key, clock, record, sign: nothing is recorded before the last check, and the signature is
   * made and offered after it, even if the client has gone.
   *
   * @throws Fault of bad input (400), `wrong_network` (403), `overloaded` and of the store (503)
   */
  async sign(request: EthereumSignRequest): Promise<EthereumOutcome> {
    const started = performance.now();
    const told = { type: null };
    try {
      const outcome = await this.#sign(request, told);
      this.#answered(told, outcome.kind, started);
      return outcome;
    } catch (error) {
      this.#answered(told, errorCode(error), started);
      throw error;
    }
  }

  async #sign({ identifier, body }: EthereumSignRequest, told: { type: SignType | null }): Promise<EthereumOutcome> {
    const { reader, keyring, recorder, futureSlotsMax, nowMs } = this.#parts;
    // Most clients write a key as lanes call it: then nothing has to be made of it.
    const known = keyring.find(identifier);
    const pubkey = known?.id ?? parsePublicKey(identifier);
    const reading = reader.read(body);
    const request = reading instanceof Promise ? await reading : reading;
    told.type = request.type;
    checkGivenRoot(request);
    // Found anew after what may have waited: a key that has left meanwhile signs nothing.
    const key = keyring.find(pubkey);
    if (key === null) return { kind: 'unknown_key' };
    checkHorizon(request, BigInt(Math.floor(nowMs())), futureSlotsMax);
    const intent = intentOf(request, key.id);
    const facts = factsOf(request, key, intent.message);
    const recorded = await recorder.sign({ intent, key, facts, wish: { priority: request.priority } });
    if (recorded.kind === 'signed') return recorded;
    const duty = request.claim?.duty ?? 'block';
    return { kind: 'refused', why: recorded.why, duty, found: recorded.found };
  }

  #answered({ type }: { type: SignType | null }, result: string, started: number): void {
    this.#parts.observer.answered({ type, result, seconds: (performance.now() - started) / 1000 });
  }
}

/** The root is ours, always; the client's own only shows whether both mean the same. */
function checkGivenRoot({ givenRoot, signingRoot }: Understood): void {
  if (givenRoot === null || givenRoot === signingRoot) return;
  const text =
    `signing_root: the request says 0x${givenRoot}, but the root of what it holds is 0x${signingRoot}; ` +
    'client and signer disagree about the fork or the network';
  throw new Fault('signing_root_mismatch', text);
}

function intentOf({ claim, network, signingRoot }: Understood, key: string): Intent {
  const message = fromHex(signingRoot);
  if (claim === null || network === null) return { kind: 'free', key, root: signingRoot, message };
  const { duty, next } = claim;
  const lane = { chain: 'ethereum', network: network.genesisValidatorsRoot, key, duty } as const;
  return { kind: 'guarded', lane, next, message };
}

function factsOf({ type, network, claim, signingRoot }: Understood, key: Key, message: Uint8Array): RequestFacts {
  return {
    key: key.id,
    vault: key.source,
    requestKind: type,
    chainId: network?.name ?? '',
    next: claim?.next ?? null,
    operations: [],
    root: signingRoot,
    message,
  };
}
