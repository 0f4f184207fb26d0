import { messageOf } from '../base/fault.ts';
import type { Log } from '../observe/log.ts';

/** What must be closed, last opened first; one that fails does not keep the others open. */
export class Closers {
  readonly #log: Log;
  readonly #closers: { what: string; close: () => Promise<void> | void }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(what: string, close: () => Promise<void> | void): void {
    this.#closers.push({ what, close });
  }

  async closeAll(): Promise<void> {
    for (const { what, close } of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.error(`Could not close ${what}`, { error: messageOf(error) });
      }
    }
  }
}
