import { availableParallelism } from 'node:os';
import { Fault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import type { Keystore } from './keystore.ts';
import { KeystoreThread } from './keystore-thread.ts';
import type { OpenedKeystore } from './open-keystore.ts';

/** Each scrypt of the usual cost fills 256 MiB; more of them at once would thrash the memory rather than go faster. */
const scryptsAtOnceMax = 2;

export interface KeystoreThreadsOptions {
  /** As many as there are processors unless said otherwise; each is started when there is work for it. */
  readonly threads?: number;
  /** The longest that one keystore may take. The costliest that is accepted needs about a second of a free processor. */
  readonly answerMs?: number;
}

interface Job {
  readonly keystore: Keystore;
  readonly password: SecretBytes;
  readonly resolve: (opened: OpenedKeystore) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens keystores on threads of its own: key derivations block neither the event loop nor libuv's threads, which sign
 * for Tezos. It is made when keys are to be loaded and ended when they are: an idle thread is memory for nothing.
 */
export class KeystoreThreads {
  readonly #threadsMax: number;
  readonly #answerMs: number;
  readonly #threads = new Set<KeystoreThread>();
  readonly #running = { scrypt: 0, pbkdf2: 0 };
  readonly #waiting: Job[] = [];
  #ended = false;

  constructor({ threads = availableParallelism(), answerMs = 60_000 }: KeystoreThreadsOptions = {}) {
    this.#threadsMax = threads;
    this.#answerMs = answerMs;
  }

  /** How many derivations of each kind are being computed. */
  get running(): { readonly scrypt: number; readonly pbkdf2: number } {
    return { ...this.#running };
  }

  /**
   * Opens a keystore when a thread is free for it.
   *
   * @param password as `keystorePassword` makes it; it stays the caller's, who wipes it after the answer
   * @throws what `openKeystore` throws; Fault `internal` when the thread was lost or gave no answer in time,
   *   `shutting_down` after the end
   */
  async open(keystore: Keystore, password: SecretBytes): Promise<OpenedKeystore> {
    return await new Promise((resolve, reject) => {
      if (this.#ended) return reject(ending());
      this.#waiting.push({ keystore, password, resolve, reject });
      this.#handOut();
    });
  }

  /** Ends all threads, in the middle of their work too; whoever waits gets Fault `shutting_down`. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const { reject } of this.#waiting.splice(0)) reject(ending());
    await Promise.all([...this.#threads].map((thread) => thread.end(ending())));
  }

  #handOut(): void {
    for (;;) {
      const next = this.#waiting.findIndex(({ keystore }) => this.#mayRun(keystore));
      const thread = next === -1 ? null : this.#freeThread();
      if (thread === null) return;
      for (const job of this.#waiting.splice(next, 1)) void this.#run(thread, job);
    }
  }

  #mayRun({ kdf }: Keystore): boolean {
    return kdf.kind !== 'scrypt' || this.#running.scrypt < scryptsAtOnceMax;
  }

  #freeThread(): KeystoreThread | null {
    for (const thread of this.#threads) {
      // One that was lost is replaced when there is work for another.
      if (thread.gone) this.#threads.delete(thread);
      else if (!thread.busy) return thread;
    }
    if (this.#threads.size >= this.#threadsMax) return null;
    const thread = new KeystoreThread(this.#answerMs);
    this.#threads.add(thread);
    return thread;
  }

  /** Never rejects: what goes wrong is the job's. */
  async #run(thread: KeystoreThread, { keystore, password, resolve, reject }: Job): Promise<void> {
    const { kind } = keystore.kdf;
    this.#running[kind] += 1;
    try {
      const answer = await thread.ask({ keystore, password: Uint8Array.from(password.reveal()) });
      if (answer.kind === 'failed') reject(new Fault(answer.code, answer.text));
      else resolve({ secret: new SecretBytes(answer.secret), publicKey: answer.publicKey });
    } catch (error) {
      reject(error);
    }
    this.#running[kind] -= 1;
    if (!this.#ended) this.#handOut();
  }
}

function ending(): Fault {
  return new Fault('shutting_down', 'the loading of keys was ended');
}
