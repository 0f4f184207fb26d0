import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { note } from '../not-run.ts';
import { Transcript } from '../oracle/entry.ts';
import { judge } from '../oracle/judge.ts';
import { sqliteRuns } from '../sqlite-addon.ts';
import { attestationBody, blockBody } from '../support/ethereum-bodies.ts';
import {
  type EthereumKey,
  newEthereumKey,
  signPath,
  startEthereum,
  writeEthereumSetup,
} from '../support/ethereum-setup.ts';
import { type Answer, ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

const width = 64;
const positions = Number(process.env['TIDEMARK_BURSTS'] ?? 15);
/** The oracle, in pure JavaScript, verifies one signature of so many; pairs it compares all. */
const oneOf = Number(process.env['TIDEMARK_VERIFY_ONE_OF'] ?? 8);

interface Burst {
  readonly what: string;
  /** What is asked at once for the position: all of it conflicts. */
  readonly bodies: (position: number) => readonly string[];
}

const bursts: readonly Burst[] = [
  {
    what: 'votes for one target, each for another head',
    bodies: (position) => each((fill) => attestationBody({ source: 60_000, target: 60_001 + position, fill })),
  },
  {
    what: 'votes that surround each other',
    bodies: (position) =>
      each((index) => {
        const middle = 70_000 + position * 3 * width;
        return attestationBody({ source: middle - index - 1, target: middle + index });
      }),
  },
  {
    what: 'blocks for one slot',
    bodies: (position) => each((fill) => blockBody({ slot: 2_000_000 + position, fill })),
  },
];

const backends = (await sqliteRuns()) ? (['mem', 'file', 'sqlite'] as const) : (['mem', 'file'] as const);

for (const backend of backends) {
  test(`bursts of ${width} conflicting requests on the ${backend} store`, async (t) => {
    const folder = new ScratchFolder();
    const keys = [...bursts, null, null].map(newEthereumKey);
    const signer = await startEthereum(
      writeEthereumSetup(folder, { keys, antiSlashing: place(backend, folder) }),
      keys,
    );
    t.after(async () => {
      await signer.stop();
      folder.remove();
    });
    const [chainKey, sameKey, ...burstKeys] = keys;
    assert.ok(chainKey && sameKey);
    for (const [index, key] of burstKeys.entries()) {
      const burst = bursts[index];
      assert.ok(burst);
      await t.test(`of ${burst.what} one is signed, and it alone is signed again`, async () => {
        await checkBurst(new Client(signer, key), burst);
      });
    }
    await t.test('of votes in a row, two for each target, the oracle finds none to object to', async () => {
      await checkRow(new Client(signer, chainKey));
    });
    await t.test('the same vote is the same signature for all', async () => {
      await checkSame(new Client(signer, sameKey));
    });
    note(`Ethereum, ${backend}: ${bursts.length} x ${positions} bursts of ${width}, one signature each`);
  });
}

async function checkBurst(client: Client, { bodies }: Burst): Promise<void> {
  for (let position = 0; position < positions; position += 1) {
    const asked = bodies(position);
    const answers = await client.askAll(asked);
    const signed = answers.filter(({ status }) => status === 200);
    assert.equal(signed.length, 1, `of position ${position}`);
    assert.ok(answers.every(({ status }) => status === 200 || status === 412));
    const winner = answers.findIndex(({ status }) => status === 200);
    // Now the winner is known, nobody can win over it, and to ask again is harmless.
    const again = await client.askAll([winner, (winner + 1) % width, (winner + width - 1) % width].map(of(asked)));
    assert.deepEqual(
      again.map(({ status }) => status),
      [200, 412, 412],
    );
    assert.equal(again[0]?.body, signed[0]?.body);
  }
  const { offences, signatures, verified, refusals } = judge(client.transcript.entries, { oneOf });
  assert.deepEqual(offences, []);
  assert.ok(verified > 0);
  assert.deepEqual([signatures, refusals], [positions * 2, positions * (width + 1)]);
}

/** Which of them are signed depends on their order: at least one, never two for one target. */
async function checkRow(client: Client): Promise<void> {
  for (let position = 0; position < positions; position += 1) {
    const first = 60_000 + position * width;
    const bodies = each((index) => {
      const target = first + Math.floor(index / 2);
      return attestationBody({ source: first - 1, target, fill: index % 2 });
    });
    const answers = await client.askAll(bodies);
    assert.ok(answers.every(({ status }) => status === 200 || status === 412));
    assert.ok(answers.some(({ status }) => status === 200));
  }
  assert.deepEqual(judge(client.transcript.entries, { oneOf }).offences, []);
}

async function checkSame(client: Client): Promise<void> {
  const body = attestationBody({ source: 80_000, target: 80_001 });
  const answers = await client.askAll(each(() => body));
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
  assert.equal(new Set(answers.map((answer) => answer.body)).size, 1);
  assert.deepEqual(judge(client.transcript.entries).offences, []);
}

/** Asks for signatures of one key and keeps what came of it. */
class Client {
  readonly transcript = new Transcript();
  readonly #signer: SignerProcess;
  readonly #key: EthereumKey;

  constructor(signer: SignerProcess, key: EthereumKey) {
    this.#signer = signer;
    this.#key = key;
  }

  /** At once. */
  async askAll(bodies: readonly string[]): Promise<readonly Answer[]> {
    return await Promise.all(bodies.map(async (body) => await this.#ask(body)));
  }

  async #ask(body: string): Promise<Answer> {
    const { publicKey } = this.#key;
    const send = async () => await this.#signer.post(signPath(publicKey), body);
    const answer = await this.transcript.ask(publicKey, body, send);
    assert.ok(answer !== null, 'the program answers');
    return answer;
  }
}

function place(backend: 'mem' | 'file' | 'sqlite', folder: ScratchFolder): string {
  if (backend === 'mem') return '{ backend: mem }';
  const path = join(folder.path, 'marks');
  if (backend === 'file') mkdirSync(path);
  return `{ backend: ${backend}, path: ${path} }`;
}

function each(make: (index: number) => string): readonly string[] {
  return Array.from({ length: width }, (_, index) => make(index));
}

function of(bodies: readonly string[]): (index: number) => string {
  return (index) => bodies[index] ?? '';
}
