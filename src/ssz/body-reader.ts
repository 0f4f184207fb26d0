import type { Networks } from '../ethereum/networks.ts';
import { understand } from '../ethereum/understand.ts';
import type { Understood } from '../ethereum/understood.ts';
import { SszThread } from './ssz-thread.ts';

/** Longer bodies keep the event loop for more than a millisecond; those of the hot types have a few hundred bytes. */
const shortBytesMax = 64 * 1024;

/** Each may hold a body of the longest that is taken in. */
const threadJobsMax = 64;

/** Reads short requests of the hot types at once, and all others on a thread. */
export class BodyReader {
  readonly #networks: Networks;
  readonly #thread: SszThread;

  constructor(networks: Networks) {
    this.#networks = networks;
    this.#thread = new SszThread(networks.choice, { jobsMax: threadJobsMax });
  }

  /** @throws Fault as `understand` does; of what goes to the thread `overloaded`, `shutting_down`, `internal` too */
  read(body: Uint8Array): Understood | Promise<Understood> {
    const understood = body.byteLength > shortBytesMax ? null : understand(body, this.#networks);
    return understood ?? this.#thread.read(body);
  }

  async end(): Promise<void> {
    await this.#thread.end();
  }
}
