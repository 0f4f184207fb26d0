import { type Lane, laneId } from '../../src/protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../src/protection/mark.ts';
import type { Stop, Stops } from '../../src/protection/stop.ts';
import type { Claim, LaneRecord } from '../../src/protection/store.ts';
import { NoopStore } from '../../src/stores/noop/noop-store.ts';
import type { OpenStore } from '../contract/contract-case.ts';
import { type Rules, RuledStore, soundRules } from './ruled-store.ts';

/** Looks, waits, and then writes what it decided. */
export class SplitStore extends RuledStore {
  override async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const state = this.state(lane);
    const verdict = this.rules.decide(state, next);
    await new Promise(setImmediate);
    if (verdict.kind === 'advance') this.put(lane, { ...state, mark: next });
    return verdict;
  }
}

class ReorderingStore extends RuledStore {
  override async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    const sorted = claims.toSorted((a, b) => Number(a.next.height - b.next.height));
    const verdicts = await super.advanceAll(sorted);
    return claims.map((claim) => verdicts[sorted.indexOf(claim)] ?? { kind: 'advance', found: null });
  }
}

class StoppingStore extends RuledStore {
  override async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    const verdicts: Verdict[] = [];
    for (const { lane, next } of claims) {
      const stopped = verdicts.at(-1)?.kind === 'refused';
      verdicts.push(stopped ? { kind: 'refused', why: 'below_mark', found: null } : await this.advance(lane, next));
    }
    return verdicts;
  }
}

/** Keeps, and hands out, the very objects. */
class SharingStore extends RuledStore {
  protected override put(lane: Lane, { mark, closed }: LaneState): void {
    this.records.set(laneId(lane), { lane, mark, closed });
  }
}

class MutteringStore extends RuledStore {
  override async read(lane: Lane): Promise<LaneState> {
    const state = this.state(lane);
    this.put(lane, { mark: state.mark, closed: state.mark === null });
    return state;
  }
}

class OneLaneStore extends RuledStore {
  protected override put(lane: Lane, state: LaneState): void {
    super.put({ ...lane, duty: 'block' }, state);
  }

  protected override state(lane: Lane | null): LaneState {
    return super.state(lane === null ? null : { ...lane, duty: 'block' });
  }
}

class HidingStore extends RuledStore {
  override async *list(): AsyncIterable<LaneRecord> {
    for await (const record of super.list()) if (!record.closed) yield record;
  }
}

class ForgetfulClose extends RuledStore {
  override async raise(lane: Lane, mark: Mark): Promise<Mark> {
    await this.open(lane);
    return await super.raise(lane, mark);
  }
}

class UncheckedStopStore extends RuledStore {
  override async setStop(network: string, stop: Stop | null): Promise<void> {
    if (stop !== null) this.lines.set(network, stop);
    else this.lines.delete(network);
  }
}

/** Takes a stop line for a mark. */
class RisingStopStore extends RuledStore {
  override async setStop(network: string, stop: Stop | null): Promise<void> {
    const held = this.lines.get(network);
    if (held === undefined || stop === null || stop.slot > held.slot) await super.setStop(network, stop);
  }
}

/** Draws one line for all networks. */
class OneStopStore extends RuledStore {
  override async setStop(network: string, stop: Stop | null): Promise<void> {
    if (stop !== null) this.lines.clear();
    await super.setStop(network, stop);
  }
}

class StickyStopStore extends RuledStore {
  override async setStop(network: string, stop: Stop | null): Promise<void> {
    if (stop !== null) await super.setStop(network, stop);
  }
}

class ListedStopStore extends RuledStore {
  override async setStop(network: string, stop: Stop | null): Promise<void> {
    await super.setStop(network, stop);
    const lane: Lane = { chain: 'ethereum', network, key: '0x', duty: 'block' };
    if (stop !== null) this.put(lane, { mark: null, closed: true });
  }
}

/** Says of itself that a guard must hold nothing against it. */
class ForgetfulStore extends RuledStore {
  override readonly remembers = false;
}

/** Keeps nothing, and calls that durable. */
class HollowStore extends RuledStore {
  override readonly durable = true;

  protected override put(): void {}
}

/** Claims to be durable: its records lie on a shelf that a restart takes them from. */
class ShelfStore extends RuledStore {
  override readonly durable = true;
  override readonly identity: string;

  constructor(identity: string, shelf: readonly LaneRecord[], lines: Stops, rules: Rules = soundRules) {
    super(rules);
    this.identity = identity;
    for (const { lane, mark, closed } of shelf) this.put(lane, { mark, closed });
    for (const [network, stop] of lines) this.lines.set(network, stop);
  }

  shelf(): readonly LaneRecord[] {
    return [...this.records.values()];
  }

  shelfOfStops(): Stops {
    return new Map(this.lines);
  }
}

/** What a restart finds on the shelf. */
type Restart = (shelf: readonly LaneRecord[]) => readonly LaneRecord[];

export function onShelf(
  restart: Restart,
  identityOf: (opening: number) => string = () => 'the-same-identity',
  restartStops: (stops: Stops) => Stops = (stops) => stops,
): OpenStore {
  return async () => {
    let opening = 0;
    const own = Math.random().toString(36);
    const identity = (): string => `${identityOf(opening)}${own}`;
    let store = new ShelfStore(identity(), [], new Map());
    return {
      store,
      reopen: async () => {
        opening += 1;
        await store.end();
        store = new ShelfStore(identity(), restart(store.shelf()), restartStops(store.shelfOfStops()));
        return store;
      },
      destroy: () => store.end(),
    };
  };
}

function inMemory(make: () => RuledStore): OpenStore {
  return async () => {
    const store = make();
    return { store, destroy: () => store.end() };
  };
}

export interface BrokenStore {
  readonly name: string;
  readonly open: OpenStore;
  /** The promise of the contract that it must be found to break, among others. */
  readonly breaks: string;
}

export const brokenStores: readonly BrokenStore[] = [
  {
    name: 'check and record split by an await',
    open: inMemory(() => new SplitStore()),
    breaks: 'of many conflicting advances released together exactly one wins',
  },
  {
    name: 'advanceAll reorders',
    open: inMemory(() => new ReorderingStore()),
    breaks: 'advanceAll decides in order, and each claim by itself',
  },
  {
    name: 'advanceAll stops at a refusal',
    open: inMemory(() => new StoppingStore()),
    breaks: 'advanceAll decides in order, and each claim by itself',
  },
  {
    name: "the store keeps the caller's objects",
    open: inMemory(() => new SharingStore()),
    breaks: 'what a caller holds is not what the store holds',
  },
  { name: 'reading closes', open: inMemory(() => new MutteringStore()), breaks: 'a new store is empty' },
  {
    name: 'duties share a mark',
    open: inMemory(() => new OneLaneStore()),
    breaks: 'answers every random history as the pure rule does',
  },
  {
    name: 'closed lanes are not listed',
    open: inMemory(() => new HidingStore()),
    breaks: 'closing keeps the mark, binds every call, and opening goes on from there',
  },
  {
    name: 'an import opens a closed lane',
    open: inMemory(() => new ForgetfulClose()),
    breaks: 'a raised mark binds, a missing root never repeats, a closed lane stays closed',
  },
  {
    name: 'close lost at a restart',
    open: onShelf((shelf) => shelf.map((record) => ({ ...record, closed: false }))),
    breaks: 'marks, closed lanes and identity survive a restart',
  },
  {
    name: 'the last write lost at a restart',
    open: onShelf((shelf) => shelf.slice(0, -1)),
    breaks: 'marks, closed lanes and identity survive a restart',
  },
  {
    name: 'roots lost at a restart',
    open: onShelf((shelf) =>
      shelf.map((record) => ({ ...record, mark: record.mark && { ...record.mark, root: null } })),
    ),
    breaks: 'marks, closed lanes and identity survive a restart',
  },
  {
    name: 'numbers kept as doubles',
    open: onShelf((shelf) =>
      shelf.map((record) => ({
        ...record,
        mark: record.mark && { ...record.mark, height: BigInt(Number(record.mark.height)) },
      })),
    ),
    breaks: 'marks, closed lanes and identity survive a restart',
  },
  {
    name: 'a stop line lost at a restart',
    open: onShelf(
      (shelf) => shelf,
      () => 'the-same-identity',
      () => new Map(),
    ),
    breaks: 'stop lines survive a restart, and so does that one was taken away',
  },
  {
    name: 'a stop line only rises',
    open: inMemory(() => new RisingStopStore()),
    breaks: 'a stop line is set, moved either way and taken away, for each network by itself',
  },
  {
    name: 'one stop line for all networks',
    open: inMemory(() => new OneStopStore()),
    breaks: 'a stop line is set, moved either way and taken away, for each network by itself',
  },
  {
    name: 'a stop line that nobody can take away',
    open: inMemory(() => new StickyStopStore()),
    breaks: 'a stop line is set, moved either way and taken away, for each network by itself',
  },
  {
    name: 'a stop line is kept as a lane',
    open: inMemory(() => new ListedStopStore()),
    breaks: 'a stop line is no mark: it touches no lane, and no lane touches it',
  },
  {
    name: 'a stop line is not looked at',
    open: inMemory(() => new UncheckedStopStore()),
    breaks: 'a stop line that no parser lets through is refused, and the one before it stays',
  },
  {
    name: 'a store asks for no witness',
    open: inMemory(() => new ForgetfulStore()),
    breaks: 'guard: a store that lost its marks freezes the lane',
  },
  {
    name: 'noop taken for durable',
    open: inMemory(() => new HollowStore()),
    breaks: 'marks, closed lanes and identity survive a restart',
  },
  {
    name: 'noop',
    open: async () => {
      const store = new NoopStore();
      return { store, destroy: () => store.end() };
    },
    breaks: 'guard: of a burst of votes for one target, one root is granted, to each who asks for it',
  },
  {
    name: 'a new identity at each start',
    open: onShelf(
      (shelf) => shelf,
      (opening) => `identity-${opening}`,
    ),
    breaks: 'marks, closed lanes and identity survive a restart',
  },
];
