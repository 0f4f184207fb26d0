import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sqliteRuns } from '../sqlite-addon.ts';
import { attestationBody, blockBody, randaoBody } from '../support/ethereum-bodies.ts';
import {
  type EthereumKey,
  newEthereumKey,
  signPath,
  startEthereum,
  writeEthereumSetup,
} from '../support/ethereum-setup.ts';
import { type Answer, ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

interface Loss {
  readonly backend: 'file' | 'sqlite';
  readonly what: string;
  /** Is given the folder that the store lies in, while the signer runs, and a copy of it from before the last mark. */
  readonly lose: (folder: string, copy: string) => void;
  /** What the next start says, where it can see that something is missing. */
  readonly says?: RegExp;
}

const losses: readonly Loss[] = [
  { backend: 'file', what: 'its folder is removed', lose: remove(/^protection$/u) },
  {
    backend: 'file',
    what: 'its journal is removed',
    lose: (folder) => remove(/^journal/u)(join(folder, 'protection')),
    says: /is missing: it holds marks/u,
  },
  {
    backend: 'file',
    what: 'its journal is cut short',
    lose: (folder) => truncateSync(join(folder, 'protection', 'journal-000000000001'), 8192),
    says: /its size is not/u,
  },
  { backend: 'file', what: 'an older copy is put in its place', lose: putBack },
  { backend: 'sqlite', what: 'database and log are removed', lose: remove(/^marks\.db/u) },
  {
    backend: 'sqlite',
    what: 'the database is removed',
    lose: remove(/^marks\.db$/u),
    says: /it is missing, but its log/u,
  },
  { backend: 'sqlite', what: 'the log is removed', lose: remove(/^marks\.db-wal$/u) },
  { backend: 'sqlite', what: 'the database is emptied', lose: (folder) => truncateSync(join(folder, 'marks.db')) },
  { backend: 'sqlite', what: 'an older copy is put in its place', lose: putBack },
];

const withSqlite = await sqliteRuns();

/** Row 63 of the catalogue of bad input: a mark that was there and is not any more is never a fresh one. */
for (const { backend, what, lose, says } of losses.filter((loss) => loss.backend === 'file' || withSqlite)) {
  test(`when ${what} under the running ${backend} store, every duty with a mark is 503 and none is 412`, async () => {
    const folder = new ScratchFolder();
    const place = join(folder.path, 'store');
    mkdirSync(place);
    const path = backend === 'file' ? place : join(place, 'marks.db');
    const keys = [newEthereumKey(), newEthereumKey()];
    const configFile = writeEthereumSetup(folder, { keys, antiSlashing: `{ backend: ${backend}, path: ${path} }` });
    const signer = await startEthereum(configFile, keys);
    try {
      const [key, other] = keys;
      assert.ok(key && other);
      const ask = async (body: string, of: EthereumKey = key) => await signer.post(signPath(of.publicKey), body);
      assert.equal((await ask(attestationBody({ source: 5, target: 10 }))).status, 200);
      cpSync(place, join(folder.path, 'copy'), copying);
      assert.equal((await ask(attestationBody({ source: 6, target: 20 }))).status, 200);
      lose(place, join(folder.path, 'copy'));
      await checkLost(signer, ask, other);
    } finally {
      await signer.stop('SIGKILL');
    }
    if (says !== undefined) await assert.rejects(startEthereum(configFile, keys), says);
    folder.remove();
  });
}

type Ask = (body: string, of?: EthereumKey) => Promise<Answer>;

async function checkLost(signer: SignerProcess, ask: Ask, other: EthereumKey): Promise<void> {
  const votes = [
    attestationBody({ source: 7, target: 30 }),
    attestationBody({ source: 6, target: 20 }),
    attestationBody({ source: 6, target: 20, fill: 2 }),
    attestationBody({ source: 5, target: 10 }),
    attestationBody({ source: 1, target: 2 }),
    attestationBody({ source: 1, target: 31 }),
  ];
  for (const body of [...votes, blockBody({ slot: 5 })]) assertUnknown(await ask(body), body);
  assertUnknown(await ask(attestationBody({ source: 7, target: 30 }), other), 'another key of the store');
  assert.equal((await ask(randaoBody(1))).status, 200, 'what needs no mark is signed');
  const statuses = await Promise.all(
    ['/healthcheck', '/healthz', '/upcheck'].map(async (path) => (await signer.get(path)).status),
  );
  assert.deepEqual(statuses, [503, 503, 200]);
  const logged = signer.log.find((line) => line['reason'] === 'store_failed');
  assert.match(String(logged?.['error']), /restart|troubleshooting/u);
}

/** A client must not take it for a refusal: it asks again, or asks another signer of the same store. */
function assertUnknown({ status, body, headers }: Answer, what: string): void {
  assert.deepEqual(
    [status, headers.get('tidemark-error'), headers.get('retry-after')],
    [503, 'store_failed', '1'],
    what,
  );
  assert.doesNotMatch(body, /store\/|marks\.db|protection\//u, 'paths are for the log');
}

function remove(names: RegExp): (folder: string) => void {
  return (folder) => {
    const found = readdirSync(folder).filter((name) => names.test(name));
    assert.ok(found.length > 0);
    for (const name of found) rmSync(join(folder, name), { recursive: true });
  };
}

/** The signer's socket stands beside the database, and a socket cannot be copied. */
const copying = { recursive: true, filter: (path: string) => !path.endsWith('.sock') };

function putBack(folder: string, copy: string): void {
  remove(/./u)(folder);
  cpSync(copy, folder, copying);
}
