import { assert, Fault } from '../base/fault.ts';

/** Bytes of one secret. */
const secretLength = 32;
/** As many as the largest operators run, twice over. The memory is only taken when it is written to: 32 MiB at most. */
export const keysMax = 2 ** 20;

/**
 * The secrets of all keys of a pool, one after the other in memory that its threads share: each secret stands there
 * once, however many threads sign with it, and is wiped for all of them at once.
 */
export class SecretMemory {
  readonly shared: SharedArrayBuffer;
  readonly #bytes: Uint8Array;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(keysMax * secretLength)) {
    this.shared = shared;
    this.#bytes = new Uint8Array(shared);
  }

  /** @param secret 32 bytes; the copy in here is another one to be wiped */
  write(key: number, secret: Uint8Array): void {
    assert(secret.length === secretLength, 'a secret of the pool has 32 bytes');
    this.#bytes.set(secret, key * secretLength);
  }

  /** Calls `use` with a copy of the secret, which is wiped as soon as it returns. */
  with<Result>(key: number, use: (secret: Uint8Array) => Result): Result {
    const secret = this.copy(key);
    try {
      return use(secret);
    } finally {
      secret.fill(0);
    }
  }

  /** @returns 32 bytes that the caller wipes */
  copy(key: number): Uint8Array {
    return this.#bytes.slice(key * secretLength, (key + 1) * secretLength);
  }

  wipe(key: number): void {
    this.#bytes.fill(0, key * secretLength, (key + 1) * secretLength);
  }
}

/** Gives out the numbers of keys; one that was freed goes first, so that the memory in use stays small. */
export class KeyNumbers {
  readonly #freed: number[] = [];
  #next = 0;

  /** @throws Fault `key_invalid` when there are too many keys */
  take(): number {
    const freed = this.#freed.pop();
    if (freed !== undefined) return freed;
    if (this.#next >= keysMax) throw new Fault('key_invalid', `one signer holds at most ${keysMax} keys`);
    this.#next += 1;
    return this.#next - 1;
  }

  free(key: number): void {
    this.#freed.push(key);
  }
}
