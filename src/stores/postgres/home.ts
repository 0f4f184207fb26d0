import { Fault } from '../../base/fault.ts';
import type { Row } from './row.ts';

/** Which database it is: the store's name, the history that its server writes, and the table of the marks. */
export interface Place {
  readonly uuid: string;
  /** Eight hex digits, which rise with every promotion. */
  readonly timeline: string;
  readonly marksOid: string;
}

/** What to do when the server's history is another than the one that was known. */
export type Failover = 'stop' | 'go_on';

export interface HomeOptions {
  readonly place: Place;
  readonly failover: Failover;
  /** Writes down, in the database, that this timeline is the known one. */
  readonly adopt: (timeline: string) => Promise<void>;
  readonly warn: (text: string) => void;
}

/**
 * Watches that every answer comes from the database that this store was opened on. A promoted standby may lack the last
 * marks, a restored copy more of them, and an old primary that nobody switched off all that came since; each would sign
 * again what was signed.
 */
export class Home {
  readonly #options: HomeOptions;
  #timeline: string;
  #failed: Fault | null = null;
  #adopting: Promise<void> | null = null;

  constructor(options: HomeOptions) {
    this.#options = options;
    this.#timeline = options.place.timeline;
  }

  /** @throws Fault `store_failed`, from the first answer of another database on */
  assertSame(): void {
    if (this.#failed !== null) throw this.#failed;
  }

  /**
   * @param rows with the home in their last column; none when nothing was answered
   * @throws Fault `store_failed` when they come from another database
   */
  async check(rows: readonly Row[]): Promise<void> {
    const text = rows[0]?.at(-1);
    if (text === undefined) return;
    const found = placeOf(text);
    const { place, failover } = this.#options;
    if (found === null || found.uuid !== place.uuid || found.marksOid !== place.marksOid)
      throw this.#fail('another database answers than the one that this process was started on');
    if (found.timeline === this.#timeline) return this.assertSame();
    const moved = `it is on timeline ${Number.parseInt(found.timeline, 16)}, and was on ${Number.parseInt(this.#timeline, 16)}`;
    if (found.timeline < this.#timeline)
      throw this.#fail(`a server answers that was replaced by a promotion: ${moved}`);
    if (failover === 'stop') throw this.#fail(`another server was promoted, which may lack the last marks: ${moved}`);
    this.#adopting ??= this.#adopt(found.timeline, moved);
    await this.#adopting;
  }

  async #adopt(timeline: string, moved: string): Promise<void> {
    try {
      await this.#options.adopt(timeline);
      this.#timeline = timeline;
      this.#options.warn(`The mark database was promoted and failover is go_on: ${moved}`);
    } finally {
      this.#adopting = null;
    }
  }

  #fail(why: string): Fault {
    const text = `${why}; nothing more is signed until a restart, see docs/stores/postgres.md`;
    this.#failed ??= new Fault('store_failed', text);
    return this.#failed;
  }
}

/** @param text what `homeSql` gives; null when it is anything else */
export function placeOf(text: unknown): Place | null {
  if (typeof text !== 'string') return null;
  const [uuid, timeline, marksOid] = text.split(' ');
  if (uuid === undefined || timeline === undefined || marksOid === undefined) return null;
  return { uuid, timeline, marksOid };
}
