import { isFault } from '../../src/base/fault.ts';
import { Guard } from '../../src/protection/guard.ts';
import type { GuardedIntent } from '../../src/protection/intent.ts';
import { laneId } from '../../src/protection/lane.ts';
import { decide } from '../../src/protection/mark.ts';
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
