import { isFault } from '../../src/base/fault.ts';
import { Guard } from '../../src/protection/guard.ts';
import type { GuardedIntent, Intent } from '../../src/protection/intent.ts';
import { laneId } from '../../src/protection/lane.ts';
import { decide } from '../../src/protection/mark.ts';
import { noStops, type Stop, type Stops } from '../../src/protection/stop.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import type { MakeGuard } from '../contract/contract-case.ts';
import { badOperator, badWeather, moodyKey, signWith, soundGuard, soundSigner } from '../simulate/simulate.ts';
import type { StartSigner } from '../simulate/world.ts';

export interface BrokenGuard {
  readonly name: string;
  readonly makeGuard: MakeGuard;
  /** The promise of the contract that it must be found to break, among others. */
  readonly breaks: string;
}

export const brokenGuards: readonly BrokenGuard[] = [
  {
    name: 'allow_repeat ignored',
    makeGuard: (options) => new Guard({ ...options, allowRepeat: true }),
    breaks: 'guard: grants no repeat where repeats are not allowed',
  },
  {
    name: 'repeats never allowed',
    makeGuard: (options) => new Guard({ ...options, allowRepeat: false }),
    breaks: 'guard: grants an advance, and its repeat where repeats are allowed',
  },
  {
    name: 'every key taken for deterministic',
    makeGuard: (options) => {
      const guard = new Guard(options);
      return { admit: (intent) => guard.admit(intent, { deterministic: true }) };
    },
    breaks: 'guard: grants an advance, and its repeat where repeats are allowed',
  },
  {
    name: 'a missing lane allowed after a loss',
    makeGuard: (options) => ({ admit: (intent, signing) => new Guard(options).admit(intent, signing) }),
    breaks: 'guard: a store that lost its marks freezes the lane',
  },
  {
    name: 'what no rule concerns is recorded',
    makeGuard: (options) => {
      const guard = new Guard(options);
      return {
        admit: async (intent, signing) => {
          if (intent.kind === 'free') {
            const lane = { chain: 'tezos', network: 'NetXdQprcVkpaWU', key: intent.key, duty: 'block' } as const;
            await options.store.raise(lane, { height: 0n, round: 0n, floor: 0n, root: intent.root });
          }
          return await guard.admit(intent, signing);
        },
      };
    },
    breaks: 'guard: what no rule concerns gets its permit and leaves no trace',
  },
];

const stopPromise = 'guard: nothing at or above the stop line is granted or recorded, not even again';

/** Guards that have the lines wrong. */
export const brokenStops: readonly BrokenGuard[] = [
  {
    name: 'stop line ignored',
    makeGuard: (options) => new Guard({ ...options, stops: noStops }),
    breaks: stopPromise,
  },
  { name: 'stop line: > for >=', makeGuard: withLines(aboveIt), breaks: stopPromise },
  {
    name: 'stop line: slot and epoch exchanged',
    makeGuard: withLines(({ slot, epoch }) => ({ slot: epoch, epoch: slot })),
    breaks: stopPromise,
  },
  {
    name: 'stop line: blocks alone',
    makeGuard: withLines(({ slot }) => ({ slot, epoch: 2n ** 64n })),
    breaks: stopPromise,
  },
  {
    name: 'stop line: attestations alone',
    makeGuard: withLines(({ epoch }) => ({ slot: 2n ** 64n, epoch })),
    breaks: stopPromise,
  },
  {
    name: 'stop line: repeats pass',
    makeGuard: (options) => {
      const [guard, free] = [new Guard(options), new Guard({ ...options, stops: noStops })];
      return {
        admit: async (intent, signing) => {
          return await ((await isHeld(options.store, intent)) ? free : guard).admit(intent, signing);
        },
      };
    },
    breaks: stopPromise,
  },
  {
    name: 'stop line: recorded before it is looked at',
    makeGuard: (options) => {
      const guard = new Guard(options);
      return {
        admit: async (intent, signing) => {
          if (intent.kind === 'guarded') await options.store.advance(intent.lane, intent.next);
          return await guard.admit(intent, signing);
        },
      };
    },
    breaks: stopPromise,
  },
  {
    name: 'stop line: one for every network',
    makeGuard: (options) => {
      const [line] = options.stops.values();
      return new Guard({ ...options, stops: Object.assign(new Map(options.stops), { get: () => line }) });
    },
    breaks: 'guard: one network’s stop line binds no other network and no other chain',
  },
];

function withLines(change: (stop: Stop) => Stop): MakeGuard {
  return (options) => {
    const stops: Stops = new Map([...options.stops].map(([network, stop]) => [network, change(stop)]));
    return new Guard({ ...options, stops });
  };
}

function aboveIt({ slot, epoch }: Stop): Stop {
  return { slot: slot + 1n, epoch: epoch + 1n };
}

async function isHeld(store: MarkStore, intent: Intent): Promise<boolean> {
  if (intent.kind === 'free') return false;
  const { mark } = await store.read(intent.lane);
  return mark?.height === intent.next.height && mark.root === intent.next.root;
}

export interface BrokenSigner {
  readonly name: string;
  readonly start: StartSigner;
  /** The world in which it must be found out. */
  readonly world: typeof badWeather | typeof badOperator;
  /** Are two conflicting requests enough to find it out? */
  readonly inTwoRequests?: boolean;
}

/** What a key gives that asks nobody. */
function signed(request: GuardedIntent): string {
  return `signed ${request.next.root}`;
}

export const brokenSigners: readonly BrokenSigner[] = [
  {
    name: 'time-out treated as success',
    world: badWeather,
    inTwoRequests: true,
    start: (store) => {
      const sign = soundSigner(store);
      return async (request) => {
        return await sign(request).catch((error: unknown) => {
          return isFault(error, 'store_unavailable') ? signed(request) : null;
        });
      };
    },
  },
  {
    name: 'signed before it is recorded',
    world: badWeather,
    inTwoRequests: true,
    start: (store) => {
      const sign = soundSigner(store);
      return async (request) => {
        sign(request).catch(() => null);
        return signed(request);
      };
    },
  },
  {
    name: 'looked up, then recorded',
    world: badWeather,
    inTwoRequests: true,
    start: (store) => async (request) => {
      if (decide(await store.read(request.lane), request.next).kind === 'refused') return null;
      await store.advance(request.lane, request.next);
      return signed(request);
    },
  },
  {
    name: 'a permit used twice',
    world: badWeather,
    start: (store) => {
      const sign = soundSigner(store);
      let spare: string | null = null;
      return async (request) => {
        const reused = spare === laneId(request.lane);
        spare = null;
        if (reused) return signed(request);
        const signature = await sign(request);
        if (signature !== null) spare = laneId(request.lane);
        return signature;
      };
    },
  },
  {
    name: 'each signer has a store of its own',
    world: badWeather,
    inTwoRequests: true,
    start: () => soundSigner(new MemoryStore()),
  },
  {
    name: 'a random nonce on a repeat',
    world: badWeather,
    start: (store) => signWith(soundGuard(store), moodyKey(true)),
  },
  {
    name: 'no witness of what was recorded',
    world: badOperator,
    start: (store) => async (request) => await soundSigner(store)(request),
  },
  {
    name: 'a frozen lane is tried again',
    world: badOperator,
    start: (store) => {
      let sign = soundSigner(store);
      return async (request) => {
        return await sign(request).catch((error: unknown) => {
          if (!isFault(error, 'lane_frozen')) throw error;
          sign = soundSigner(store);
          return sign(request);
        });
      };
    },
  },
];
