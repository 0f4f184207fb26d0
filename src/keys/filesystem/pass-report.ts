import type { Fault } from '../../base/fault.ts';
import type { GroupId, Holder } from './key-claims.ts';
import type { Entry } from './key-inventory.ts';
import type { LoadObserver } from './load-observer.ts';

/** How often progress is told while keys arrive. */
const progressEveryMs = 2_000;

/** Counts what one load does, and tells its observer. */
export class PassReport {
  readonly #observer: LoadObserver;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #errors: Record<GroupId, number> = { 'config-files-loading': 0, 'keystores-bulk-loading': 0 };
  readonly #twice: { readonly id: string; readonly holders: readonly [Holder, Holder] }[] = [];
  readonly #left = new Set<Holder>();
  readonly #counts = { found: 0, loaded: 0, kept: 0, removed: 0, failed: 0 };
  #firstFailure: string | null = null;
  #toldAt: number;

  constructor(observer: LoadObserver, now: () => number) {
    this.#observer = observer;
    this.#now = now;
    this.#startedAt = now();
    this.#toldAt = this.#startedAt;
  }

  errors(group: GroupId): number {
    return this.#errors[group];
  }

  /** One sentence on what failed, or null when nothing did. */
  get failure(): string | null {
    if (this.#firstFailure === null) return null;
    const { failed, found } = this.#counts;
    return `${failed} of ${found} entries could not be loaded; the first: ${this.#firstFailure}`;
  }

  /** So many more entries are known of. */
  found(entries: number): void {
    this.#counts.found += entries;
  }

  loaded(id: string, entry: Entry, first: Holder | null): void {
    this.#counts.loaded += 1;
    if (first === null) this.#observer.keyLoaded(id, entry.place);
    else this.#twice.push({ id, holders: [first, entry] });
    this.#tick();
  }

  /** An entry as it was before; one that failed before is told again. */
  kept(entry: Entry): void {
    if (entry.fault !== null) return this.failed(entry, entry.fault);
    this.#counts.kept += 1;
    this.#tick();
  }

  failed({ place, group }: Holder, fault: Fault): void {
    this.#counts.failed += 1;
    this.#errors[group] += 1;
    this.#firstFailure ??= `${place}: ${fault.message}`;
    this.#observer.failed(place, fault);
    this.#tick();
  }

  /** @param id of the key that left with it; null when another place holds it still */
  released(id: string | null, holder: Holder): void {
    this.#left.add(holder);
    if (id === null) return;
    this.#counts.removed += 1;
    this.#observer.keyRemoved(id, holder.place);
  }

  end(): void {
    // Only now is it known who has left: a key that moved to another file was there twice for a moment.
    const stays = (holder: Holder) => !this.#left.has(holder);
    for (const { id, holders } of this.#twice) {
      const [kept, second] = holders;
      if (holders.every(stays)) this.#observer.keyTwice(id, [kept.place, second.place]);
    }
    const { found, kept, removed, failed } = this.#counts;
    const added = this.#counts.loaded - this.#twice.length;
    const ms = Math.round(this.#now() - this.#startedAt);
    this.#observer.ended({ found, added, unchanged: kept, removed, failed, ms });
  }

  #tick(): void {
    const now = this.#now();
    if (now - this.#toldAt < progressEveryMs) return;
    this.#toldAt = now;
    const { found, loaded, kept, failed } = this.#counts;
    const remaining = found - loaded - kept - failed;
    this.#observer.progress({ found, loaded: loaded + kept, failed, remaining });
  }
}
