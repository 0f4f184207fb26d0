import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { histories } from '../../../test/contract/histories.ts';
import { Model } from '../../../test/contract/model.ts';
import { ethereumLane, mark, root, tezosLane } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { FailingDriver, noPlan, type Plan } from '../../../test/doubles/failing-driver.ts';
import { isFault } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Mark, Verdict } from '../../protection/mark.ts';
import { openDatabase } from './connection.ts';
import { type Driver, loadDriver } from './driver.ts';
import type { Job } from './job.ts';
import { MarkTable } from './mark-table.ts';
import { schema } from './schema.ts';

const Database = await loadDriver();
const directory = await temporaryDirectory();
let files = 0;
test.after(() => rm(directory, { recursive: true }));

function newPath(): string {
  files += 1;
  return join(directory, `${files}.sqlite`);
}

function openTable(path: string, driver: Driver = Database): MarkTable {
  return new MarkTable(openDatabase(driver, path));
}

function advance(table: MarkTable, lane: Lane, next: Mark): Verdict | undefined {
  const [answer] = table.run([{ kind: 'advance', claims: [{ lane, next }] }]);
  assert(answer?.kind === 'verdicts');
  return answer.verdicts[0];
}

test('the statement equals the pure rule over many histories', () => {
  const table = openTable(newPath());
  const property = fc.property(histories, fc.nat(), (steps, salt) => {
    const model = new Model();
    const own = (lane: Lane): Lane => ({ ...lane, network: `${lane.network}${salt}-${files}` });
    files += 1;
    for (const step of steps) {
      if (step.kind === 'advance') {
        const claim = { lane: own(step.claim.lane), next: step.claim.next };
        assert.deepEqual(advance(table, claim.lane, claim.next), model.advance(claim));
      } else if (step.kind === 'raise') {
        const lane = own(step.claim.lane);
        const [answer] = table.run([{ kind: 'raise', lane, mark: step.claim.next }]);
        assert.deepEqual(answer, { kind: 'mark', mark: model.raise(lane, step.claim.next) });
      } else if (step.kind === 'close' || step.kind === 'open') {
        const lane = own(step.lane);
        model.setClosed(lane, step.kind === 'close');
        assert.deepEqual(table.run([{ kind: step.kind, lane }]), [{ kind: 'state', state: model.read(lane) }]);
      }
    }
  });
  fc.assert(property, { numRuns: 150, seed: 3076 });
  table.close();
});

const [held, fresh, imported, shut] = [tezosLane('a'), tezosLane('b'), ethereumLane(1), ethereumLane(2, 'block')];
const batch: readonly Job[] = [
  {
    kind: 'advance',
    claims: [
      { lane: held, next: mark(6n) },
      { lane: held, next: mark(6n, { root: root(0xbb) }) },
    ],
  },
  { kind: 'advance', claims: [{ lane: fresh, next: mark(1n) }] },
  { kind: 'raise', lane: imported, mark: mark(9n, { floor: 4n, root: null }) },
  { kind: 'close', lane: shut },
  { kind: 'list', after: null },
  { kind: 'setStop', network: imported.network, stop: { slot: 320n, epoch: 10n } },
];
/** After these the store goes on; after all others it is done for until it is opened again. */
const passing = ['BUSY', 'LOCKED', 'FULL', 'IOERR_WRITE', 'IOERR_READ', 'NOMEM', 'READONLY'].map(
  (code) => `SQLITE_${code}`,
);
const lasting = ['IOERR_FSYNC', 'IOERR_DIR_FSYNC', 'CORRUPT', 'NOTADB', 'CONSTRAINT_TRIGGER', 'MISUSE'].map(
  (code) => `SQLITE_${code}`,
);

/** Every code fails before the work; one of each sort fails after it, and at it and all that follow. */
const ways: readonly (readonly [code: string, how: Plan['how'], toTheEnd: boolean])[] = [
  ...[...passing, ...lasting].map((code) => [code, 'before', false] as const),
  ['SQLITE_FULL', 'after', false],
  ['SQLITE_IOERR_FSYNC', 'after', false],
  ['SQLITE_FULL', 'before', true],
];

/** What the lanes of the batch hold, as text that can be compared. */
function stateOf(table: MarkTable): string {
  const answers = [held, fresh, imported, shut].map((lane) => table.run([{ kind: 'read', lane }]));
  const [lines] = table.run([{ kind: 'stops' }]);
  assert(lines?.kind === 'stops');
  return JSON.stringify([answers, ...lines.stops], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

/** @returns whether the plan's failure happened: a plan that fails later than the last call changes nothing */
function failsOnce(plan: Plan, template: string, states: readonly string[]): boolean {
  const path = newPath();
  copyFileSync(template, path);
  const failing = new FailingDriver();
  const table = openTable(path, failing.driver);
  failing.plan = plan;
  const failed = !runs(table, batch);
  failing.plan = { ...noPlan };
  if (failed) checkAfter(plan, table, path, states);
  else table.close();
  return failed;
}

function checkAfter(plan: Plan, table: MarkTable, path: string, states: readonly string[]): void {
  const why = `${plan.code} ${plan.how} call ${plan.failAt}${plan.lasting ? ' and all later ones' : ''}`;
  // When even the rollback fails the store ends; when nothing had begun there was nothing to take back.
  const recovers = passing.includes(plan.code) && (!plan.lasting || plan.failAt === 1);
  assert.equal(serves(table), recovers, why);
  table.close();
  const again = openTable(path);
  const state = stateOf(again);
  assert(states.includes(state), `${why}: neither the old nor the new state: ${state}`);
  assert.equal(advance(again, held, mark(5n, { root: root(0xcc) }))?.kind, 'refused', why);
  assert(runs(again, batch), `${why}: after a restart asking again works`);
  again.close();
}

function runs(table: MarkTable, jobs: readonly Job[]): boolean {
  try {
    table.run(jobs);
    return true;
  } catch (error) {
    assert(isFault(error, 'store_unavailable') || isFault(error, 'store_failed'));
    return false;
  }
}

/** Does it answer after the failure, and then rightly? */
function serves(table: MarkTable): boolean {
  try {
    assert.equal(advance(table, held, mark(5n, { root: root(0xcc) }))?.kind, 'refused');
    return true;
  } catch (error) {
    assert(isFault(error, 'store_failed'));
    return false;
  }
}

test('whichever statement fails, and however: the batch throws, and the state is the old or the new one', () => {
  const [template, other] = [newPath(), newPath()];
  const table = openTable(template);
  assert.equal(advance(table, held, mark(5n))?.kind, 'advance');
  const before = stateOf(table);
  table.close();
  copyFileSync(template, other);
  const whole = openTable(other);
  assert(runs(whole, batch));
  const states = [before, stateOf(whole)];
  whole.close();
  let failures = 0;
  for (const [code, how, toTheEnd] of ways) {
    let failAt = 1;
    while (failsOnce({ failAt, how, lasting: toTheEnd, code, calls: 0 }, template, states)) failAt += 1;
    failures += failAt - 1;
  }
  assert(failures >= ways.length * 10, `${failures} failures were planted`);
});

test('a full database takes nothing, keeps what it has, and goes on when there is room', () => {
  const path = newPath();
  const database = openDatabase(Database, path);
  const table = new MarkTable(database);
  assert.equal(advance(table, held, mark(5n))?.kind, 'advance');
  const pages = Number(database.connection.pragma('page_count', { simple: true }));
  database.connection.pragma(`max_page_count = ${pages}`);
  const many = Array.from({ length: 500 }, (_, index) => ({ lane: ethereumLane(index), next: mark(1n) }));
  assert.throws(
    () => table.run([{ kind: 'advance', claims: many }]),
    (error) => isFault(error, 'store_unavailable'),
  );
  assert.equal(advance(table, held, mark(5n))?.kind, 'repeat', 'what needs no room is answered');
  assert.deepEqual(table.run([{ kind: 'read', lane: ethereumLane(0) }]), [
    { kind: 'state', state: { mark: null, closed: false } },
  ]);
  database.connection.pragma('max_page_count = 100000');
  const [answer] = table.run([{ kind: 'advance', claims: many }]);
  assert(answer?.kind === 'verdicts' && answer.verdicts.every(({ kind }) => kind === 'advance'));
  table.close();
});

test('a row that is not what was written binds its lane alone', () => {
  const database = openDatabase(Database, newPath());
  const table = new MarkTable(database);
  for (const lane of [held, fresh]) advance(table, lane, mark(5n));
  database.connection.exec('DROP TRIGGER marks_only_rise');
  database.connection.prepare(`UPDATE marks SET height = ? WHERE key = ?`).run('00000000000000000004', held.key);
  const asked = [mark(5n, { root: root(0xbb) }), mark(6n), mark(4n)].map((next): Job => ({
    kind: 'advance',
    claims: [{ lane: held, next }],
  }));
  const answers = table.run([
    ...asked,
    { kind: 'read', lane: held },
    { kind: 'raise', lane: held, mark: mark(9n) },
    { kind: 'close', lane: held },
  ]);
  for (const answer of answers) assert.equal(answer.kind, 'corrupt');
  assert.equal(advance(table, fresh, mark(6n))?.kind, 'advance');
  table.close();
});

test('the triggers refuse what the statements never ask', () => {
  const path = newPath();
  const table = openTable(path);
  advance(table, ethereumLane(1), mark(5n, { floor: 3n }));
  table.close();
  const db = new Database(path);
  const attempts = [
    `UPDATE marks SET height = '00000000000000000004'`,
    `UPDATE marks SET floor = '00000000000000000002'`,
    `UPDATE marks SET root = '${root(0xbb)}'`,
    'UPDATE marks SET height = NULL, round = NULL, floor = NULL, root = NULL',
    `UPDATE marks SET key = 'other'`,
    `UPDATE marks SET duty = 'block'`,
    'DELETE FROM marks',
    `UPDATE identity SET uuid = 'other'`,
    'DELETE FROM identity',
    `UPDATE marks SET height = '5'`,
    `UPDATE marks SET height = '18446744073709551616'`,
    `UPDATE marks SET closed = 2`,
  ];
  for (const sql of attempts) assert.throws(() => db.exec(sql), /never|keeps|CHECK/u, sql);
  db.exec(`UPDATE marks SET root = NULL`);
  db.exec(`UPDATE marks SET height = '18446744073709551615'`);
  db.close();
  assert(schema.includes('marks_only_rise'));
});
