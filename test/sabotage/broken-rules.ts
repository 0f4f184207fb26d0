import { type LaneState, type Mark, merge, type Verdict } from '../../src/protection/mark.ts';
import { type Rules, soundRules } from './ruled-store.ts';

/** The parts of the rule, each of which can be broken by itself. */
interface Parts {
  readonly rises: (found: Mark, next: Mark) => boolean;
  readonly floorHolds: (found: Mark, next: Mark) => boolean;
  readonly floorFits: (next: Mark) => boolean;
  readonly repeats: (found: Mark, next: Mark) => boolean;
  readonly closedBinds: boolean;
}

const soundParts: Parts = {
  rises: (found, next) => next.height > found.height || (next.height === found.height && next.round > found.round),
  floorHolds: (found, next) => next.floor >= found.floor,
  floorFits: (next) => next.floor <= next.height,
  repeats: (found, next) => samePlace(found, next) && next.root !== null && next.root === found.root,
  closedBinds: true,
};

function samePlace(a: Mark, b: Mark): boolean {
  return a.height === b.height && a.round === b.round && a.floor === b.floor;
}

/** The rule, put together anew. */
function decideWith(changes: Partial<Parts>): Rules['decide'] {
  const parts = { ...soundParts, ...changes };
  return (state, next) => {
    const found = state.mark;
    if (state.closed && parts.closedBinds) return soundRules.decide(state, next);
    if (!parts.floorFits(next)) return { kind: 'refused', why: 'source_after_target', found };
    if (found === null) return { kind: 'advance', found };
    if (parts.rises(found, next) && parts.floorHolds(found, next)) return { kind: 'advance', found };
    return parts.repeats(found, next) ? { kind: 'repeat', found } : refusal(state, found, next);
  };
}

function refusal(state: LaneState, found: Mark, next: Mark): Verdict {
  const verdict = soundRules.decide(state, next);
  return verdict.kind === 'refused' ? verdict : { kind: 'refused', why: 'below_mark', found };
}

function rules(changes: Partial<Parts>): Rules {
  return { ...soundRules, decide: decideWith(changes) };
}

export interface BrokenRules {
  readonly name: string;
  readonly rules: Rules;
  /** The promise of the contract that it must be found to break, among others. */
  readonly breaks?: string;
}

/** Which promise most of them break. */
export const historyPromise = 'answers every random history as the pure rule does';
const boundaryPromise = 'compares numbers at every boundary of both chains';

/** The control: nothing is broken. */
export const rebuiltRules: Rules = rules({});

const { rises } = soundParts;

export const brokenRules: readonly BrokenRules[] = [
  { name: '<= for <', rules: rules({ rises: (found, next) => next.height >= found.height }) },
  {
    name: 'round ignored',
    rules: rules({
      rises: (found, next) => rises(found, next) || (next.height === found.height && next.round !== found.round),
    }),
  },
  {
    name: 'round above height',
    rules: rules({
      rises: (found, next) => next.round > found.round || (next.round === found.round && next.height > found.height),
    }),
  },
  { name: 'floor ignored', rules: rules({ floorHolds: () => true }) },
  { name: 'floor must rise', rules: rules({ floorHolds: (found, next) => next.floor > found.floor }) },
  { name: 'source after target let through', rules: rules({ floorFits: () => true }) },
  { name: 'repeat ignores the root', rules: rules({ repeats: samePlace }) },
  {
    name: 'an unknown root repeats',
    rules: rules({ repeats: (found, next) => samePlace(found, next) && (found.root ?? next.root) === next.root }),
  },
  {
    name: 'two unknown roots repeat',
    rules: rules({ repeats: (found, next) => samePlace(found, next) && found.root === next.root }),
  },
  {
    name: 'repeat ignores the floor',
    rules: rules({
      repeats: (found, next) =>
        next.height === found.height && next.round === found.round && next.root !== null && next.root === found.root,
    }),
  },
  { name: 'closed ignored', rules: rules({ closedBinds: false }) },
  {
    name: 'subtraction in 32 bits',
    breaks: boundaryPromise,
    rules: rules({
      rises: (found, next) => {
        const difference = Number(BigInt.asIntN(32, next.height - found.height));
        return difference > 0 || (difference === 0 && next.round > found.round);
      },
    }),
  },
  {
    name: 'subtraction in 64 bits',
    breaks: boundaryPromise,
    rules: rules({
      rises: (found, next) => {
        const difference = BigInt.asIntN(64, next.height - found.height);
        return difference > 0n || (difference === 0n && next.round > found.round);
      },
    }),
  },
  {
    name: 'heights as doubles',
    breaks: boundaryPromise,
    rules: rules({
      rises: (found, next) =>
        Number(next.height) > Number(found.height) ||
        (Number(next.height) === Number(found.height) && next.round > found.round),
    }),
  },
  {
    name: 'heights compared as texts',
    breaks: boundaryPromise,
    rules: rules({
      rises: (found, next) =>
        String(next.height) > String(found.height) || (next.height === found.height && next.round > found.round),
    }),
  },
  { name: 'merge overwrites', rules: { ...soundRules, merge: (_, mark) => ({ ...mark }) } },
  { name: 'merge keeps what was there', rules: { ...soundRules, merge: (found) => ({ ...found }) } },
  {
    name: 'merge keeps one of two roots',
    rules: { ...soundRules, merge: (a, b) => ({ ...merge(a, b), root: a.root ?? b.root }) },
  },
];
