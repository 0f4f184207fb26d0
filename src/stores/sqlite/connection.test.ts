import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ethereumLane, mark, root, tezosLane } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { FailingDriver, noPlan } from '../../../test/doubles/failing-driver.ts';
import { type FaultCode, isFault, messageOf } from '../../base/fault.ts';
import { openDatabase, prepareDatabase } from './connection.ts';
import { loadDriver } from './driver.ts';
import { MarkTable } from './mark-table.ts';
import { checkFileSystem } from './place.ts';

const Database = await loadDriver();
const directory = await temporaryDirectory();
let files = 0;
test.after(() => rm(directory, { recursive: true }));

function newPath(): string {
  files += 1;
  return join(directory, `${files}.sqlite`);
}

const lanes = [tezosLane('a'), tezosLane('a', 'attestation'), ethereumLane(1), ethereumLane(2, 'block')];

const { network } = ethereumLane(1);
const stop = { slot: 320n, epoch: 10n };

/** A closed database in which each lane has signed at 105, with a stop line. */
function made(): string {
  const path = newPath();
  const table = new MarkTable(openDatabase(Database, path));
  table.run([{ kind: 'advance', claims: lanes.map((lane) => ({ lane, next: mark(105n) })) }]);
  table.run([{ kind: 'setStop', network, stop }]);
  table.close();
  return path;
}

/** Opening must fail with this code and these words, naming the file and changing nothing. */
function refuses(path: string, code: FaultCode, words: RegExp): void {
  const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : null;
  assert.throws(
    () => openDatabase(Database, path),
    (error) => isFault(error, code) && words.test(error.message) && error.message.includes(path),
    `${path}: ${code} ${String(words)}`,
  );
  if (before !== null) assert.deepEqual(readFileSync(path), before);
}

/** Changes a closed database as an operator with a shell could. */
function altered(sql: string): string {
  const path = made();
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}

test('a new database belongs to its owner alone, and nothing else is left beside it', () => {
  const place = join(directory, 'new');
  mkdirSync(place);
  const path = join(place, 'marks.sqlite');
  const database = openDatabase(Database, path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(path).nlink, 1);
  assert.equal(statSync(`${path}-wal`).mode & 0o777, 0o600);
  assert.match(database.identity, /^[0-9a-f]{8}-/u);
  database.connection.close();
  assert.equal(existsSync(`${path}-wal`), false);
});

test('a place that cannot hold a database is refused with the reason', () => {
  refuses(
    join(directory, 'missing', 'marks.sqlite'),
    'config_invalid',
    /directory .*missing does not exist; create it/u,
  );
  refuses(directory, 'config_invalid', /is a directory; name a file in it/u);
  const path = made();
  refuses(join(path, 'marks.sqlite'), 'config_invalid', /is not a directory/u);
  const link = newPath();
  symlinkSync(path, link);
  refuses(link, 'config_invalid', /symbolic link/u);
  refuses('/dev/null', 'config_invalid', /not a regular file/u);
  chmodSync(path, 0o666);
  refuses(path, 'config_invalid', /everyone may write it; run "chmod 600/u);
});

test('a file system of another machine is refused by name', () => {
  for (const [type, name] of [
    [0x6969, 'NFS'],
    [0x517b, 'SMB'],
    [0xff534d42, 'CIFS'],
    [0xfe534d42, 'SMB2'],
    [0x65735546, 'FUSE'],
  ] as const) {
    const isRefused = (error: unknown): boolean =>
      isFault(error, 'config_invalid') && error.message.includes(`a ${name} file system`);
    assert.throws(() => checkFileSystem(type, '/marks.sqlite'), isRefused);
  }
  for (const local of [0xef53, 0x58465342, 0x9123683e, 0x01021994]) checkFileSystem(local, '/marks.sqlite');
});

test('remains of a database are never a fresh one', () => {
  const empty = newPath();
  writeFileSync(empty, '');
  refuses(empty, 'store_corrupt', /is empty, and a new one never is/u);
  for (const suffix of ['-wal', '-journal']) {
    const gone = newPath();
    writeFileSync(`${gone}${suffix}`, 'x');
    refuses(gone, 'store_corrupt', /is missing, but its log/u);
    assert.equal(existsSync(gone), false);
  }
});

test('what is not ours, newer, altered or damaged is refused and left as it is', () => {
  refuses(
    altered('PRAGMA user_version = 3'),
    'store_corrupt',
    /version 3, and this program knows versions 1 and 2 only/u,
  );
  refuses(altered('PRAGMA user_version = 1'), 'store_corrupt', /were altered/u);
  refuses(altered('PRAGMA user_version = 0'), 'store_corrupt', /version 0/u);
  refuses(altered('PRAGMA application_id = 7'), 'store_corrupt', /another program/u);
  const alterations = [
    'DROP TRIGGER marks_only_rise',
    'DROP TRIGGER marks_stay; CREATE TRIGGER marks_stay BEFORE DELETE ON marks BEGIN SELECT 1; END',
    'ALTER TABLE marks ADD COLUMN note TEXT',
    'CREATE TABLE other (x)',
    'CREATE INDEX other ON marks (height)',
    'DROP TABLE stops',
    'DROP TRIGGER stops_stay',
  ];
  for (const sql of alterations) refuses(altered(sql), 'store_corrupt', /were altered/u);
  refuses(altered('DROP TABLE identity'), 'store_corrupt', /were altered/u);
  const text = newPath();
  writeFileSync(text, 'this is not a database, however long it may be. '.repeat(20));
  refuses(text, 'store_corrupt', /not a database/u);
  const header = made();
  const bytes = readFileSync(header);
  bytes.writeUInt8(0x7f, 0);
  writeFileSync(header, bytes);
  refuses(header, 'store_corrupt', /not a database/u);
  for (const length of [1, 99, 512, 4_096, 8_192, bytes.length - 1]) {
    const cut = made();
    writeFileSync(cut, readFileSync(cut).subarray(0, length));
    refuses(cut, 'store_corrupt', /cannot be trusted/u);
  }
});

test('an identity or a mark that is not what was written stops the start', () => {
  const dropped = `DROP TRIGGER identity_stays; UPDATE identity SET uuid = 'other'`;
  const restored = `CREATE TRIGGER identity_stays BEFORE UPDATE ON identity
BEGIN SELECT RAISE(ABORT, 'a store keeps its identity'); END`;
  refuses(altered(`${dropped}; ${restored}`), 'store_corrupt', /identity is missing or damaged/u);
  refuses(altered(`UPDATE marks SET height = '00000000000000000200'`), 'store_corrupt', /checksum differs/u);
  refuses(
    altered(`UPDATE stops SET slot = '00000000000000009999'`),
    'store_corrupt',
    /stop line of .* checksum differs/u,
  );
  refuses(altered(`UPDATE stops SET slot = NULL, epoch = NULL`), 'store_corrupt', /stop line of .* checksum differs/u);
});

test('a stop line cannot be deleted, renamed or written as another number', () => {
  const attempts = [
    'DELETE FROM stops',
    `UPDATE stops SET network = 'other'`,
    `UPDATE stops SET slot = NULL`,
    `UPDATE stops SET epoch = '11'`,
    `UPDATE stops SET slot = '18446744073709551616'`,
  ];
  const db = new Database(made());
  for (const sql of attempts) assert.throws(() => db.exec(sql), /never|keeps|CHECK/u, sql);
  db.close();
});

test('a build that does not honour a setting is refused', () => {
  const ignored = [
    'locking_mode',
    'journal_mode',
    'synchronous',
    'fullfsync',
    'checkpoint_fullfsync',
    'cell_size_check',
    'recursive_triggers',
    'ignore_check_constraints',
  ];
  for (const name of ignored) {
    const db = new Database(made(), { timeout: 0 });
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = NORMAL');
    const deaf = new Proxy(db, {
      get: (real, member) => {
        const value: unknown = Reflect.get(real, member);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const swallowed = member === 'pragma' && String(args[0]).startsWith(`${name} =`);
          return swallowed ? [] : Reflect.apply(value, real, args);
        };
      },
    });
    const isRefused = (error: unknown): boolean =>
      isFault(error, 'store_failed') && error.message.includes(`PRAGMA ${name} =`);
    assert.throws(() => prepareDatabase(Database, deaf, 'marks.sqlite'), isRefused, name);
    db.close();
  }
});

test('every commit is flushed, and the settings are those that were asked for', () => {
  const { connection } = openDatabase(Database, newPath());
  const read = (name: string): unknown => connection.pragma(name, { simple: true });
  assert.equal(read('synchronous'), 2);
  assert.equal(read('journal_mode'), 'wal');
  assert.equal(read('locking_mode'), 'exclusive');
  connection.close();
});

test('the same process cannot open a database twice either, and its first opening keeps its lock', () => {
  const path = newPath();
  const first = openDatabase(Database, path);
  for (const attempt of [1, 2]) refuses(path, 'store_in_use', attempt === 1 ? /another signer/u : /held/u);
  const table = new MarkTable(first);
  assert.equal(table.run([{ kind: 'close', lane: tezosLane('a') }]).length, 1);
  table.close();
  openDatabase(Database, path).connection.close();
});

test('whichever call of an opening fails, the opening fails, and the next one finds a whole database', () => {
  const template = made();
  let failures = 0;
  const codes = ['SQLITE_BUSY', 'SQLITE_IOERR_READ', 'SQLITE_FULL', 'SQLITE_CORRUPT'];
  for (const start of ['new', 'existing']) {
    for (let failAt = 1; ; failAt += 1) {
      const path = newPath();
      if (start === 'existing') copyFileSync(template, path);
      const failing = new FailingDriver();
      failing.plan = { ...noPlan, failAt, code: codes[failAt % codes.length] ?? '' };
      if (opens(failing, path)) break;
      failures += 1;
      const { connection } = openDatabase(Database, path);
      const count = connection.prepare('SELECT count(*) FROM marks').pluck().get();
      assert.equal(count, start === 'new' ? 0 : lanes.length);
      connection.close();
    }
  }
  assert(failures > 2 * 20, `${failures} failures were planted`);
});

function opens({ driver }: FailingDriver, path: string): boolean {
  try {
    openDatabase(driver, path).connection.close();
    return true;
  } catch (error) {
    assert(isFault(error), messageOf(error));
    return false;
  }
}

/**
 * `TIDEMARK_FLIPS=all` asks about every byte. A flip in a log (`-wal`) is not among them: SQLite ends the log at the
 * first frame whose checksum differs, so it is a shortened log, which nothing can tell from one that never was longer.
 */
test('whichever byte of the file is flipped, the database is refused or right', () => {
  const path = made();
  const whole = readFileSync(path);
  const stride = process.env['TIDEMARK_FLIPS'] === 'all' ? 1 : 61;
  let [refused, right] = [0, 0];
  for (let offset = 0; offset < whole.length; offset += offset < 200 ? 1 : stride) {
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(offset) ^ (1 << (offset % 8)), offset);
    writeFileSync(path, flipped);
    if (isRight(path, offset)) right += 1;
    else refused += 1;
    rmSync(`${path}-wal`, { force: true });
  }
  assert(refused > 50 && right > 50, `${refused} refused, ${right} right`);
});

/** @returns false when it was refused */
function isRight(path: string, offset: number): boolean {
  try {
    const table = new MarkTable(openDatabase(Database, path));
    const claims = lanes.flatMap((lane) =>
      [104n, 105n].map((height) => ({ lane, next: mark(height, { root: root(0xbb) }) })),
    );
    const [lines] = table.run([{ kind: 'stops' }]);
    const [answer] = table.run([{ kind: 'advance', claims }]);
    table.close();
    assert.deepEqual(lines, { kind: 'stops', stops: new Map([[network, stop]]) }, `offset ${offset} moves the line`);
    if (answer?.kind === 'corrupt') return false;
    assert(answer?.kind === 'verdicts');
    for (const { kind, found } of answer.verdicts) {
      assert.equal(kind, 'refused', `offset ${offset} lets a used position through`);
      assert.deepEqual(found, mark(105n));
    }
    return true;
  } catch (error) {
    assert(isFault(error), `offset ${offset}: ${messageOf(error)}`);
    assert(error.message.includes(path), error.message);
    return false;
  }
}
