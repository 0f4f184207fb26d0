import { Fault } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import type { KeyToLoad } from './curve-orders.ts';
import type { CurveThread } from './curve-thread.ts';

interface Settle {
  readonly resolve: (publicKey: Uint8Array) => void;
  readonly reject: (fault: Fault) => void;
}

/** A key that is being loaded, until every thread has checked it. */
export class PendingLoad {
  readonly order: KeyToLoad;
  readonly #threads = new Set<CurveThread>();
  readonly #settle: Settle;
  #publicKey: Uint8Array | null = null;

  /** @param settle told once: of the public key, or of a Fault `key_invalid` or `internal` */
  constructor(order: KeyToLoad, settle: Settle) {
    this.order = order;
    this.#settle = settle;
  }

  /** Gives the key to one more thread. */
  loadInto(thread: CurveThread): void {
    this.#threads.add(thread);
    thread.load(this.order);
  }

  answered(thread: CurveThread, answer: Uint8Array | Fault): void {
    this.#threads.delete(thread);
    if (answer instanceof Fault) return this.#settle.reject(answer);
    this.#publicKey ??= answer;
    if (toHex(answer) !== toHex(this.#publicKey)) {
      const text = 'the threads derive different public keys from this secret';
      return this.#settle.reject(new Fault('key_invalid', text));
    }
    if (this.#threads.size === 0) this.#settle.resolve(answer);
  }

  lost(thread: CurveThread): void {
    if (!this.#threads.delete(thread)) return;
    this.abandon(new Fault('internal', 'a thread that was loading this key died; load it again'));
  }

  abandon(fault: Fault): void {
    this.#settle.reject(fault);
  }
}
