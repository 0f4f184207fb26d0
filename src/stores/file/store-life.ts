import { Fault } from '../../base/fault.ts';

/**
 * Whether the store still answers: until it was shut down, or until something happened that only a restart can mend.
 */
export class StoreLife {
  #failure: Fault | null = null;
  #ended = false;

  /** For whoever asks something. @throws Fault `store_failed` */
  check(): void {
    if (this.#ended) throw new Fault('store_failed', 'the file store was shut down');
    this.checkSound();
  }

  /** For work that was asked for before the store was shut down. @throws Fault `store_failed` */
  checkSound(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** From now on nothing is answered. The first reason is the one that is told. */
  fail(fault: Fault): void {
    this.#failure ??= fault;
  }

  end(): void {
    this.#ended = true;
  }
}
