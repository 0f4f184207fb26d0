import { Fault } from '../base/fault.ts';
import type { PooledCurve, Scheme } from './curve-key.ts';
import type { KeyToLoad, Verify } from './curve-orders.ts';
import type { LoadedKey, SignOptions } from './loaded-key.ts';
import type { Priority } from './priority.ts';

/** A signature as a key asks its pool for it. */
export interface Asked {
  readonly message: Uint8Array;
  readonly scheme: Scheme;
  readonly priority: Priority;
}

/** What a key needs of the pool that it lives in. */
export interface KeyHome {
  checkRoom(priority: Priority): void;
  sign(key: PooledKey, asked: Asked): Promise<Uint8Array>;
  forget(key: PooledKey): Promise<void>;
}

/** A key of the pool: a number, and what the pool knows of it. One small object each, for there are many. */
export class PooledKey implements LoadedKey, KeyToLoad {
  readonly key: number;
  readonly curve: PooledCurve;
  readonly verify: Verify;
  readonly publicKey: Uint8Array;
  readonly #home: KeyHome;
  #jobs = 0;
  #forgetting: Promise<void> | null = null;
  #onIdle: (() => void) | null = null;

  constructor(order: KeyToLoad, publicKey: Uint8Array, home: KeyHome) {
    this.key = order.key;
    this.curve = order.curve;
    this.verify = order.verify;
    this.publicKey = publicKey;
    this.#home = home;
  }

  checkRoom(priority: Priority = 'block'): void {
    if (this.#forgetting !== null) throw takenOut();
    this.#home.checkRoom(priority);
  }

  sign(message: Uint8Array, { scheme = 'standard', priority = 'block' }: SignOptions = {}): Promise<Uint8Array> {
    if (this.#forgetting !== null) return Promise.reject(takenOut());
    return this.#home.sign(this, { message, scheme, priority });
  }

  async forget(): Promise<void> {
    this.#forgetting ??= this.#home.forget(this);
    await this.#forgetting;
  }

  /** The pool tells of each job that came in, so that the key is not forgotten under it. */
  jobCame(): void {
    this.#jobs += 1;
  }

  jobWent(): void {
    this.#jobs -= 1;
    if (this.#jobs === 0) this.#onIdle?.();
  }

  /** Resolves when none of its jobs waits or runs. */
  async idle(): Promise<void> {
    if (this.#jobs > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }
}

function takenOut(): Fault {
  return new Fault('shutting_down', 'this key was taken out of the signer');
}
