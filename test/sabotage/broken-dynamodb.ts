import { awsError, type Call, type Fate, jsonReply, pass } from '../dynamodb/fault-proxy.ts';
import { lostAnswers } from '../dynamodb/lost-answers.ts';
import { refusedWrites } from '../dynamodb/refused-writes.ts';
import { requests } from '../dynamodb/requests.ts';
import { rows } from '../dynamodb/rows.ts';
import { sharedWithSignatory } from '../dynamodb/signatory.ts';
import { stopLines } from '../dynamodb/stop-lines.ts';
import type { Suite } from '../dynamodb/suite.ts';
import { tableAtStart } from '../dynamodb/table.ts';
import { weather } from '../dynamodb/weather.ts';
import type { Sabotage } from '../dynamodb/world.ts';
import {
  belowMark,
  conditions,
  eager,
  judged,
  puts,
  remembering,
  roundedNumbers,
  unconditional,
  unknownAs,
  wrapped,
} from './dynamodb-faults.ts';

/** A fault between the real DynamoDB store and its callers or its server, and the test that must find it. */
interface BrokenDynamoDb {
  readonly name: string;
  readonly sabotage: Sabotage;
  readonly suite: Suite;
  /** What the name of the test begins with. */
  readonly breaks: string;
}

const answers: readonly BrokenDynamoDb[] = [
  {
    name: 'what could not be told is a yes',
    sabotage: { wrap: unknownAs({ kind: 'advance', found: null }) },
    suite: lostAnswers,
    breaks: 'D-02',
  },
  {
    name: 'what could not be told is a conflict',
    sabotage: { wrap: unknownAs(belowMark) },
    suite: refusedWrites,
    breaks: 'D-04: ThrottlingException',
  },
  {
    name: 'what could not be told is a conflict, for transactions too',
    sabotage: { wrap: unknownAs(belowMark) },
    suite: refusedWrites,
    breaks: 'D-06: TransactionConflictException',
  },
  {
    name: 'its own write, whose answer was lost, is a conflict',
    sabotage: {
      wrap: judged((verdict) => (verdict.kind === 'repeat' ? { ...belowMark, found: verdict.found } : verdict)),
    },
    suite: lostAnswers,
    breaks: 'D-01',
  },
  {
    name: 'other bytes at the same position are a repeat',
    sabotage: {
      wrap: judged((verdict) => {
        const again = verdict.kind === 'refused' && verdict.why === 'double_vote' && verdict.found !== null;
        return again ? { kind: 'repeat', found: verdict.found } : verdict;
      }),
    },
    suite: lostAnswers,
    breaks: 'D-02',
  },
  {
    name: 'a table that is gone is made anew while signing',
    sabotage: eager,
    suite: refusedWrites,
    breaks: 'D-05: the table is deleted',
  },
  {
    name: 'a refusal is a repeat',
    sabotage: { wrap: judged(({ found }) => (found === null ? belowMark : { kind: 'repeat', found })) },
    suite: requests,
    breaks: 'a read that decides, and that is denied',
  },
  ...['deleted', 'lowered'].map((damage) => ({
    name: `the item that stood there is not looked at: ${damage}`,
    sabotage: { wrap: remembering() },
    suite: requests,
    breaks: `a row that is ${damage}`,
  })),
  {
    name: 'reads before it writes',
    sabotage: {
      wrap: wrapped(async (target, lane, next) => {
        await target.read(lane);
        return await target.advance(lane, next);
      }),
    },
    suite: requests,
    breaks: 'one PutItem',
  },
];

const writes: readonly BrokenDynamoDb[] = [
  { name: 'no condition', sabotage: { rewrite: puts(unconditional) }, suite: lostAnswers, breaks: 'D-03' },
  {
    name: 'a condition that holds at the same position',
    sabotage: { rewrite: conditions((text) => text.replaceAll(/lvl < (:\w+)/gu, 'lvl <= $1')) },
    suite: lostAnswers,
    breaks: 'D-02',
  },
  {
    name: 'the digest is not written',
    sabotage: {
      rewrite: puts(({ Item: item }) => {
        if ('digest' in item) item['digest'] = { NULL: true };
      }),
    },
    suite: lostAnswers,
    breaks: 'D-01',
  },
  {
    name: 'a row that is closed is written over',
    sabotage: {
      rewrite: conditions((text) =>
        text.replaceAll('attribute_not_exists(#off)', '(attribute_not_exists(#off) OR attribute_exists(#off))'),
      ),
    },
    suite: rows,
    breaks: 'D-13',
  },
  {
    name: 'numbers pass through a double',
    sabotage: { rewrite: puts(roundedNumbers) },
    suite: rows,
    breaks: `D-15: ${2n ** 53n}`,
  },
  {
    name: 'requests are signed with another secret',
    sabotage: { options: { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'another' } } },
    suite: requests,
    breaks: 'one PutItem',
  },
  {
    name: 'the time to live of the table is not looked at',
    sabotage: {
      plan: ({ action }) =>
        action === 'DescribeTimeToLive' ? { kind: 'answer', reply: awsError('AccessDeniedException', 'no') } : pass,
    },
    suite: tableAtStart,
    breaks: 'D-11: a table from which',
  },
];

const withSignatory: readonly BrokenDynamoDb[] = [
  {
    name: 'one of the two rows of an attestation is not written',
    sabotage: { options: { sharedWithSignatory: false } },
    suite: sharedWithSignatory,
    breaks: 'an attestation here bars Signatory',
  },
  {
    name: 'one of the two rows of an attestation need not be won',
    sabotage: {
      rewrite: puts((put) => {
        if (put.Item['request']?.['S'] === 'attestation_with_dal') unconditional(put);
      }),
    },
    suite: sharedWithSignatory,
    breaks: 'an attestation here bars Signatory',
  },
  {
    name: 'neither row need be won, in every order',
    sabotage: { rewrite: puts(unconditional) },
    suite: sharedWithSignatory,
    breaks: 'never two payloads',
  },
];

const lines: readonly BrokenDynamoDb[] = [
  {
    name: 'the rows are not stamped',
    sabotage: {
      plan: ({ action }) => (action === 'UpdateItem' ? { kind: 'answer', reply: jsonReply('{}') } : pass),
    },
    suite: stopLines,
    breaks: 'once a line is drawn',
  },
  {
    name: 'a stamp that is not known is written over',
    sabotage: {
      rewrite: conditions((text) =>
        text.replaceAll('attribute_not_exists(#stop)', '(attribute_not_exists(#stop) OR attribute_exists(#stop))'),
      ),
    },
    suite: stopLines,
    breaks: 'once a line is drawn',
  },
];

const inWeather: readonly BrokenDynamoDb[] = [
  { name: 'no condition, in bad weather', sabotage: { rewrite: puts(unconditional) } },
  {
    name: 'a source that falls is let through, in bad weather',
    sabotage: { rewrite: conditions((text) => text.replaceAll(/#floor <= (:\w+)/gu, '(#floor <= $1 OR #floor > $1)')) },
  },
  {
    name: 'what could not be told is a yes, in bad weather',
    sabotage: { wrap: unknownAs({ kind: 'advance', found: null }), plan: brief },
  },
].map((fault) => ({ ...fault, suite: weather, breaks: 'nothing slashable' }));

/** Every fifth write is lost for good, with all its tries. */
function brief({ action, body }: Call): Fate {
  const fifth = action === 'PutItem' && /"lvl":\{"N":"\d*[05]"\}/u.test(body);
  return fifth ? { kind: 'answer', reply: awsError('ThrottlingException', 'slow down') } : pass;
}

export const brokenDynamoDb: readonly BrokenDynamoDb[] = [
  ...answers,
  ...writes,
  ...withSignatory,
  ...lines,
  ...inWeather,
];
