import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { laneId } from '../../src/protection/lane.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { DynamoDbShared } from '../cluster/dynamodb-shared.ts';
import { FirestoreShared } from '../cluster/firestore-shared.ts';
import { PostgresShared } from '../cluster/postgres-shared.ts';
import type { SharedStore } from '../cluster/shared-store.ts';
import { ethereumLane, mark, root, tezosLane } from '../contract/samples.ts';
import { dynaliteKind } from '../dynamodb/emulators.ts';
import { recordOutput } from '../support/run-record.ts';
import { ScratchFolder } from '../support/signer-process.ts';

/** Marks go from files into each store on a server, and back, by the command that an operator types. */
const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const observer = { operation: () => {}, info: () => {}, warn: () => {} };

for (const shared of [new PostgresShared(), new DynamoDbShared(dynaliteKind), new FirestoreShared()]) {
  test(`marks go to ${shared.title} and back, and none is lost or made up`, async () => {
    if (!(await shared.start())) return;
    try {
      await thereAndBack(shared);
    } finally {
      await shared.stop();
    }
  });
}

async function thereAndBack(shared: SharedStore): Promise<void> {
  using place = new Place(shared);
  const ethereum = await place.filled(async (store) => {
    for (let number = 0; number < 300; number += 1) {
      await store.advance(ethereumLane(number), mark(9n, { floor: 8n, root: root(number % 256) }));
    }
    await store.advance(ethereumLane(1, 'block'), mark(2n ** 63n - 1n));
    await store.close(ethereumLane(2));
    await store.setStop(ethereumLane(1).network, { slot: 900n, epoch: 90n });
  });
  const tezos = await place.filled(async (store) => {
    await store.advance(tezosLane('A'), mark(100n, { round: 3n, root: root(0xcc) }));
  });
  for (const [door, source] of [
    ['anti_slashing', ethereum],
    ['watermark', tezos],
  ] as const) {
    const early = await place.migrate(door, `file:${place.folder()}`);
    assert.notEqual(early.status, 0, `${door}: a source that is not there is no empty one\n${early.printed}`);
    await place.prepare(door);
    assert.equal((await place.migrate(`file:${source}`, door)).status, 0);
    const target = place.folder();
    assert.equal((await place.migrate(door, `file:${target}`)).status, 0);
    assert.deepEqual(await contentOf(target), await contentOf(source));
    const again = await place.migrate(`file:${source}`, door);
    assert.match(again.printed, /raised=0, /u);
  }
}

interface Ran {
  readonly status: number | null;
  readonly printed: string;
}

class Place implements Disposable {
  readonly #folder = new ScratchFolder();
  readonly #config: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #before: readonly (readonly string[])[];
  #folders = 0;

  constructor(shared: SharedStore) {
    const { antiSlashing, watermark, env = {}, before = [] } = shared.configText(this.#folder);
    const text = `log: { level: error }\nnetwork: hoodi\nanti_slashing: ${antiSlashing}\nwatermark: ${watermark}\n`;
    this.#config = this.#folder.write('there.yaml', text);
    this.#env = { ...process.env, ...env };
    this.#before = before;
  }

  /** A new folder for a file store. */
  folder(): string {
    this.#folders += 1;
    const path = join(this.#folder.path, `marks-${this.#folders}`);
    mkdirSync(path);
    return path;
  }

  async filled(fill: (store: MarkStore) => Promise<void>): Promise<string> {
    const baseDir = this.folder();
    const store = await FileStore.open({ baseDir, observer });
    await fill(store);
    await store.end();
    return baseDir;
  }

  /** Makes what only an operator's command makes. */
  async prepare(door: string): Promise<void> {
    if (door === 'anti_slashing') for (const args of this.#before) assert.equal((await this.#run(args)).status, 0);
  }

  async migrate(from: string, to: string): Promise<Ran> {
    return await this.#run(['protection', 'migrate', '--from', from, '--to', to, '--yes']);
  }

  /** Beside this process: the emulator lives in it. */
  async #run(args: readonly string[]): Promise<Ran> {
    const child = spawn(process.execPath, [cli, ...args, '-c', this.#config], { env: this.#env, timeout: 60_000 });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    }
    const [status] = (await once(child, 'close')) as [number | null];
    recordOutput(printed);
    return { status, printed };
  }

  [Symbol.dispose](): void {
    this.#folder.remove();
  }
}

async function contentOf(baseDir: string): Promise<readonly string[]> {
  const store = await FileStore.open({ baseDir, observer });
  const lines: string[] = [];
  for await (const { lane, mark: held, closed } of store.list()) {
    const numbers = held === null ? '-' : `${held.height} ${held.round} ${held.floor} ${held.root}`;
    lines.push(`${laneId(lane)} ${numbers} ${closed}`);
  }
  for (const [network, { slot, epoch }] of await store.stops()) lines.push(`${network} ${slot} ${epoch}`);
  await store.end();
  return lines.toSorted((a, b) => (a < b ? -1 : 1));
}
