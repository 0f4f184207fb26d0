import { availableParallelism } from 'node:os';
import { Fault } from '../base/fault.ts';
import type { SecretBytes } from '../base/secret-bytes.ts';
import type { Curve } from './curve.ts';
import type { Verify } from './curve-orders.ts';
import { CurvePool } from './curve-pool.ts';
import { Ed25519Key } from './ed25519.ts';
import { JobLimit } from './job-limit.ts';
import { type Rooms, roomsUsual } from './job-room.ts';
import type { LoadedKey } from './loaded-key.ts';

export interface LocalSignerOptions {
  /** Worker threads for the slow curves; as many as there are processors unless said otherwise. */
  readonly threads?: number;
  /** How many signatures may wait; ed25519, which only Tezos uses, has a room of its own as large as that of blocks. */
  readonly rooms?: Rooms;
  /** A request whose signature would be estimated to wait longer is turned away before anything is recorded. */
  readonly deadlineMs?: number;
  /** The longest silence of a worker thread that has work, its start included. */
  readonly answerMs?: number;
  /** Told of each worker thread that was lost, in a sentence without secrets. */
  readonly onThreadLost: (text: string) => void;
}

/** An attestation is late for its aggregate four seconds after it is due. */
const deadlineMsDefault = 4000;
const answerMsDefault = 30_000;

/**
 * Signs with secrets that this process holds, off the event loop: ed25519 on libuv's threads, the other curves in
 * worker threads.
 */
export class LocalSigner {
  readonly #options: LocalSignerOptions;
  readonly #limit: JobLimit;
  /** Started by the first key that needs it. */
  #pool: CurvePool | null = null;
  #ended = false;

  constructor(options: LocalSignerOptions) {
    this.#options = options;
    this.#limit = new JobLimit((options.rooms ?? roomsUsual).block);
  }

  /**
   * Loads a key and lets it sign and verify once, in each thread that will sign with it.
   *
   * @param secret the scalar, 32 bytes, big-endian, or the seed of ed25519; it is taken over and wiped when it is not
   *   needed
   * @param verify for BLS12-381; the other curves always verify
   * @throws Fault `key_invalid` when the secret is out of range or the check fails
   */
  async load(curve: Curve, secret: SecretBytes, verify: Verify = 'always'): Promise<LoadedKey> {
    if (this.#ended) throw new Fault('shutting_down', 'the signer is shutting down');
    if (curve === 'ed25519') return await Ed25519Key.load(secret, this.#limit);
    this.#pool ??= this.#startPool();
    return await this.#pool.load({ curve, secret, verify });
  }

  /** How many signatures of the slow curves wait or are being made. */
  get queued(): Readonly<Record<string, number>> {
    return this.#pool?.jobs ?? {};
  }

  /** How many may wait before new requests are turned away. */
  get queueMax(): number {
    const { rooms = roomsUsual } = this.#options;
    return Object.values(rooms).reduce((sum, room) => sum + room, 0);
  }

  /** Finishes what was asked, ends the threads and wipes what can be wiped. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#limit.idle();
    await this.#pool?.end();
  }

  #startPool(): CurvePool {
    const { threads = availableParallelism(), rooms = roomsUsual, onThreadLost } = this.#options;
    const { deadlineMs = deadlineMsDefault, answerMs = answerMsDefault } = this.#options;
    return new CurvePool({ threads, rooms, deadlineMs, answerMs, onThreadLost });
  }
}
