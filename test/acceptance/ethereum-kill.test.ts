import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

const kills = Number(process.env['TIDEMARK_KILLS'] ?? 5);
/** With many kills the oracle, in pure JavaScript, verifies one signature of so many; pairs it compares all. */
const oneOf = Number(process.env['TIDEMARK_VERIFY_ONE_OF'] ?? 2);
const keyCount = 6;
/** How far back an adversary asks again, for other messages, after each start. */
const recent = 3;

/** Killed while it works, again and again; after each start somebody asks for the opposite of what was just asked. */
for (const backend of (await sqliteRuns()) ? (['file', 'sqlite'] as const) : (['file'] as const)) {
  test(`${kills} kill -9 under load on the ${backend} store: the oracle finds no offence`, async (t) => {
    const folder = new ScratchFolder();
    t.after(() => folder.remove());
    const keys = Array.from({ length: keyCount }, newEthereumKey);
    const path = join(folder.path, 'marks');
    if (backend === 'file') mkdirSync(path);
    const antiSlashing = `{ backend: ${backend}, path: ${path} }`;
    const configFile = writeEthereumSetup(folder, { keys, antiSlashing, extra: 'log: { level: error }\n' });
    const transcript = new Transcript();
    const lanes = keys.flatMap((key) => [new Lane(key, transcript, voteAt), new Lane(key, transcript, blockAt)]);
    for (let round = 0; round < kills; round += 1) {
      const signer = await startEthereum(configFile, keys, { args: ['--log', 'info'] });
      const load = lanes.map(async (lane) => {
        await lane.contest(signer);
        while (signer.alive) await lane.step(signer);
      });
      await sleep(150 + Math.random() * 350);
      await signer.stop('SIGKILL');
      await Promise.all(load);
    }
    const { offences, signatures, verified, refusals } = judge(transcript.entries, { oneOf });
    assert.deepEqual(offences, []);
    assert.ok(signatures > kills * keyCount, `only ${signatures} signatures were released`);
    assert.ok(refusals > 0 && verified > 0, `${refusals} refusals, ${verified} verified`);
    note(`Ethereum, ${backend}: ${kills} kills, ${signatures} signatures, ${verified} verified, ${refusals} refusals`);
  });
}

/** The request for a position; another fill is another message, and a conflict. */
type RequestAt = (position: number, fill: number) => string;

function voteAt(position: number, fill: number): string {
  // The source moves, so that an older one is not only a double vote but a surround, too.
  const target = 60_000 + position;
  return attestationBody({ source: target - 1 - (fill === 1 ? 0 : 3), target, fill });
}

function blockAt(position: number, fill: number): string {
  return blockBody({ slot: 2_000_000 + position, fill });
}

/** One key and one duty, asked for one position after the other. */
class Lane {
  readonly #key: EthereumKey;
  readonly #transcript: Transcript;
  readonly #requestAt: RequestAt;
  #position = recent;

  constructor(key: EthereumKey, transcript: Transcript, requestAt: RequestAt) {
    this.#key = key;
    this.#transcript = transcript;
    this.#requestAt = requestAt;
  }

  /** Asks for the next position, with both messages at once: one of them, at most, may be signed. */
  async step(signer: SignerProcess): Promise<void> {
    this.#position += 1;
    const fills = this.#position % 2 === 0 ? [1, 2] : [2, 1];
    await Promise.all(fills.map(async (fill) => await this.#ask(signer, this.#position, fill)));
  }

  /** Asks again for what may have been signed before the kill, and for everything that conflicts with it. */
  async contest(signer: SignerProcess): Promise<void> {
    const positions = Array.from({ length: recent }, (_, back) => this.#position - back);
    for (const position of positions) for (const fill of [2, 1, 3]) await this.#ask(signer, position, fill);
  }

  async #ask(signer: SignerProcess, position: number, fill: number): Promise<void> {
    const body = this.#requestAt(position, fill);
    const { publicKey } = this.#key;
    const answer = await this.#transcript.ask(
      publicKey,
      body,
      async () => await signer.post(signPath(publicKey), body),
    );
    assert.ok(answer === null || [200, 412].includes(answer.status), answer?.body);
  }
}
