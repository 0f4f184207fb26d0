import type { AttestationAttempt, BlockAttempt, CaseStep, InterchangeCase } from './interchange-case.ts';

/**
 * Cases of our own, for whoever has not got the published ones. `yes` and `no` are what both strategies answer;
 * `later` is a message that only a signer with the whole history can tell to be harmless.
 */
type Answer = 'yes' | 'no' | 'later';

const genesis = `0x${'4b'.repeat(32)}`;
const foreign = `0x${'99'.repeat(32)}`;

function hex(number: number, digits: number): string {
  return `0x${number.toString(16).padStart(digits, '0')}`;
}

function rootField(root: number | null): { readonly signing_root?: string } {
  return root === null ? {} : { signing_root: hex(root, 64) };
}

/** A record of a file: blocks as `[slot, root]`, votes as `[source, target, root]`; a null root is left out. */
interface Signed {
  readonly key?: number;
  readonly blocks?: readonly (readonly [slot: number | bigint, root: number | null])[];
  readonly votes?: readonly (readonly [source: number | bigint, target: number | bigint, root: number | null])[];
}

function file(records: readonly Signed[], network = genesis): unknown {
  const data = records.map(({ key = 1, blocks = [], votes = [] }) => ({
    pubkey: hex(key, 96),
    signed_blocks: blocks.map(([slot, root]) => ({ slot: `${slot}`, ...rootField(root) })),
    signed_attestations: votes.map(([source, target, root]) => ({
      source_epoch: `${source}`,
      target_epoch: `${target}`,
      ...rootField(root),
    })),
  }));
  return { metadata: { interchange_format_version: '5', genesis_validators_root: network }, data };
}

function block(slot: number | bigint, root: number, answer: Answer, key = 1): BlockAttempt {
  return { pubkey: hex(key, 96), slot: `${slot}`, signing_root: hex(root, 64), ...columns(answer) };
}

/** @param epochs source and target */
function vote(
  epochs: readonly [number | bigint, number | bigint],
  root: number,
  answer: Answer,
  key = 1,
): AttestationAttempt {
  const [source, target] = epochs;
  return {
    pubkey: hex(key, 96),
    source_epoch: `${source}`,
    target_epoch: `${target}`,
    signing_root: hex(root, 64),
    ...columns(answer),
  };
}

function columns(answer: Answer): { readonly should_succeed: boolean; readonly should_succeed_complete: boolean } {
  return { should_succeed: answer === 'yes', should_succeed_complete: answer !== 'no' };
}

interface Attempts {
  readonly blocks?: readonly BlockAttempt[];
  readonly votes?: readonly AttestationAttempt[];
}

function step(interchange: unknown, { blocks = [], votes = [] }: Attempts = {}): CaseStep {
  return { should_succeed: true, contains_slashable_data: false, interchange, blocks, attestations: votes };
}

function steps(name: string, ...all: readonly CaseStep[]): InterchangeCase {
  return { name, genesis_validators_root: genesis, steps: all };
}

const nothing = file([]);

export const ownCases: readonly InterchangeCase[] = [
  steps('a first message at zero', step(nothing, { blocks: [block(0, 1, 'yes')], votes: [vote([0, 0], 1, 'yes')] })),
  steps(
    'double proposals',
    step(file([{ blocks: [[10, 1]] }]), {
      blocks: [
        block(10, 2, 'no'),
        block(10, 1, 'later'),
        block(9, 3, 'no'),
        block(11, 4, 'yes'),
        block(11, 5, 'no'),
        block(11, 4, 'later'),
        block(10, 1, 'later'),
      ],
    }),
  ),
  steps(
    'double votes',
    step(file([{ votes: [[4, 5, 1]] }]), {
      votes: [
        vote([4, 5], 2, 'no'),
        vote([3, 5], 3, 'no'),
        vote([5, 5], 4, 'no'),
        vote([4, 5], 1, 'later'),
        vote([4, 6], 5, 'yes'),
        vote([5, 6], 6, 'no'),
        vote([4, 6], 5, 'later'),
      ],
    }),
  ),
  steps(
    'a vote around an earlier one',
    step(file([{ votes: [[4, 5, null]] }]), {
      votes: [
        vote([3, 6], 1, 'no'),
        vote([0, 9], 2, 'no'),
        vote([5, 7], 3, 'yes'),
        vote([4, 8], 4, 'no'),
        vote([5, 8], 5, 'yes'),
      ],
    }),
  ),
  steps(
    'a vote inside an earlier one',
    step(
      file([
        {
          votes: [
            [1, 2, null],
            [4, 9, null],
          ],
        },
      ]),
      {
        votes: [
          vote([5, 8], 1, 'no'),
          vote([5, 9], 2, 'no'),
          vote([6, 7], 3, 'no'),
          vote([5, 10], 4, 'yes'),
          vote([6, 9], 5, 'no'),
        ],
      },
    ),
  ),
  steps(
    'a gap that was never voted in',
    step(
      file([
        {
          blocks: [
            [5, null],
            [20, null],
          ],
          votes: [
            [1, 2, null],
            [8, 9, null],
          ],
        },
      ]),
      {
        blocks: [block(4, 1, 'no'), block(12, 2, 'later'), block(12, 3, 'no'), block(21, 4, 'yes')],
        votes: [vote([2, 3], 1, 'later'), vote([3, 3], 2, 'no'), vote([7, 8], 3, 'later'), vote([8, 10], 4, 'yes')],
      },
    ),
  ),
  steps(
    'blocks imported from the highest to the lowest',
    step(file([{ blocks: [[30, 3]] }])),
    step(file([{ blocks: [[20, 2]] }]), { blocks: [block(30, 4, 'no'), block(25, 5, 'later'), block(20, 6, 'no')] }),
    step(file([{ blocks: [[10, 1]] }]), {
      blocks: [block(30, 3, 'later'), block(15, 7, 'later'), block(31, 8, 'yes')],
    }),
  ),
  steps(
    'votes imported from the highest to the lowest',
    step(file([{ votes: [[8, 9, 3]] }])),
    step(file([{ votes: [[4, 5, 2]] }]), {
      votes: [vote([8, 9], 4, 'no'), vote([7, 8], 5, 'later'), vote([4, 5], 6, 'no')],
    }),
    step(file([{ votes: [[1, 2, 1]] }]), {
      votes: [vote([8, 9], 3, 'later'), vote([8, 10], 7, 'yes'), vote([9, 10], 8, 'no')],
    }),
  ),
  steps(
    'a file imported twice changes nothing',
    step(file([{ blocks: [[10, 1]], votes: [[4, 5, 2]] }])),
    step(file([{ blocks: [[10, 1]], votes: [[4, 5, 2]] }]), {
      blocks: [block(10, 1, 'later'), block(10, 2, 'no'), block(11, 3, 'yes')],
      votes: [vote([4, 5], 2, 'later'), vote([4, 5], 1, 'no'), vote([5, 6], 3, 'yes')],
    }),
  ),
  steps(
    'what lacks its root repeats nothing',
    step(file([{ blocks: [[10, null]], votes: [[4, 5, null]] }]), {
      blocks: [block(10, 0, 'no'), block(10, 1, 'no')],
      votes: [vote([4, 5], 0, 'no'), vote([4, 5], 1, 'no'), vote([5, 5], 1, 'no')],
    }),
  ),
  steps(
    'a public key that comes three times is one validator',
    step(
      file([
        { blocks: [[10, 1]], votes: [[4, 5, 1]] },
        { blocks: [[12, 2]], votes: [[6, 7, 2]] },
        { blocks: [[11, 3]], votes: [[5, 6, 3]] },
      ]),
      {
        blocks: [block(12, 4, 'no'), block(11, 4, 'no'), block(12, 2, 'later'), block(13, 5, 'yes')],
        votes: [vote([6, 7], 4, 'no'), vote([5, 8], 4, 'no'), vote([6, 7], 2, 'later'), vote([6, 8], 5, 'yes')],
      },
    ),
  ),
  steps(
    'validators do not touch each other',
    step(
      file([
        { key: 1, blocks: [[10, 1]] },
        { key: 2, blocks: [[20, 1]] },
      ]),
      {
        blocks: [
          block(10, 2, 'no', 1),
          block(10, 1, 'yes', 3),
          block(20, 1, 'later', 2),
          block(20, 1, 'yes', 1),
          block(20, 1, 'yes', 3),
          block(20, 2, 'no', 3),
          block(21, 1, 'yes', 2),
        ],
        votes: [vote([1, 2], 1, 'yes', 1), vote([1, 2], 2, 'yes', 2), vote([1, 2], 3, 'no', 1)],
      },
    ),
  ),
  {
    name: 'a file of another network changes nothing',
    genesis_validators_root: genesis,
    steps: [
      step(file([{ blocks: [[10, 1]] }])),
      { ...step(file([{ blocks: [[99, 1]], votes: [[98, 99, 1]] }], foreign)), should_succeed: false },
      step(nothing, { blocks: [block(10, 2, 'no'), block(11, 2, 'yes')], votes: [vote([1, 2], 1, 'yes')] }),
    ],
  },
  steps(
    'an import below what was signed since lowers nothing',
    step(nothing, { blocks: [block(50, 1, 'yes')], votes: [vote([8, 9], 1, 'yes')] }),
    step(file([{ blocks: [[40, 2]], votes: [[6, 7, 2]] }]), {
      blocks: [block(50, 3, 'no'), block(50, 1, 'later'), block(51, 4, 'yes')],
      votes: [vote([8, 9], 3, 'no'), vote([8, 9], 1, 'later'), vote([8, 10], 4, 'yes')],
    }),
  ),
  {
    name: 'an import that disagrees with what was signed ends its repeats',
    genesis_validators_root: genesis,
    steps: [
      step(nothing, { votes: [vote([8, 9], 1, 'yes')] }),
      {
        ...step(file([{ votes: [[8, 9, null]] }]), { votes: [vote([8, 9], 2, 'no'), vote([8, 10], 3, 'yes')] }),
        contains_slashable_data: true,
      },
    ],
  },
  {
    name: 'source and target that no single vote had repeat nothing',
    genesis_validators_root: genesis,
    steps: [
      {
        ...step(
          file([
            {
              votes: [
                [2, 9, 1],
                [3, 7, 1],
              ],
            },
          ]),
          {
            votes: [vote([3, 9], 1, 'no'), vote([2, 9], 2, 'no'), vote([2, 10], 3, 'no'), vote([3, 10], 4, 'yes')],
          },
        ),
        contains_slashable_data: true,
      },
    ],
  },
  {
    name: 'a source above its target',
    genesis_validators_root: genesis,
    steps: [
      step(nothing, { votes: [vote([6, 5], 1, 'no'), vote([5, 5], 2, 'yes')] }),
      {
        ...step(file([{ votes: [[9, 6, null]] }]), {
          votes: [vote([8, 9], 3, 'no'), vote([10, 9], 4, 'no'), vote([9, 9], 5, 'yes')],
        }),
        contains_slashable_data: true,
      },
    ],
  },
  steps(
    'numbers at the end of exact doubles',
    step(file([{ blocks: [[2n ** 53n, 1]], votes: [[2n ** 53n - 1n, 2n ** 53n, 1]] }]), {
      blocks: [
        block(2n ** 53n, 2, 'no'),
        block(2n ** 53n + 1n, 3, 'yes'),
        block(2n ** 53n + 1n, 4, 'no'),
        block(2n ** 53n + 2n, 5, 'yes'),
      ],
      votes: [
        vote([2n ** 53n, 2n ** 53n], 2, 'no'),
        vote([2n ** 53n, 2n ** 53n + 1n], 3, 'yes'),
        vote([2n ** 53n, 2n ** 53n + 1n], 4, 'no'),
      ],
    }),
  ),
  steps(
    'numbers around the sign bit',
    step(file([{ blocks: [[2n ** 63n - 1n, 1]], votes: [[2n ** 31n, 2n ** 63n - 1n, 1]] }]), {
      blocks: [
        block(2n ** 63n - 1n, 2, 'no'),
        block(2n ** 63n, 3, 'yes'),
        block(1, 4, 'no'),
        block(2n ** 63n + 1n, 5, 'yes'),
      ],
      votes: [
        vote([2n ** 31n - 1n, 2n ** 63n], 2, 'no'),
        vote([2n ** 31n, 2n ** 63n], 3, 'yes'),
        vote([2n ** 63n, 2n ** 63n], 4, 'no'),
      ],
    }),
  ),
  steps(
    'the end of uint64',
    step(nothing, {
      blocks: [
        block(2n ** 64n - 2n, 1, 'yes'),
        block(2n ** 64n - 1n, 2, 'yes'),
        block(2n ** 64n - 1n, 3, 'no'),
        block(2n ** 64n - 2n, 4, 'no'),
      ],
      votes: [
        vote([2n ** 64n - 1n, 2n ** 64n - 1n], 1, 'yes'),
        vote([0, 2n ** 64n - 1n], 2, 'no'),
        vote([2n ** 64n - 1n, 2n ** 64n - 1n], 1, 'later'),
      ],
    }),
  ),
];
