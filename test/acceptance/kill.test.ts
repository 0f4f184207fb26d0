import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { attestation } from '../support/attestations.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';
import { sampleKey, writeSetup } from '../support/setup.ts';
import { sqliteRuns } from '../sqlite-addon.ts';

const kills = Number(process.env['TIDEMARK_KILLS'] ?? 5);
const lanes = 8;

/**
 * What was let out of the program: per key and level, the payload and the signature. It shares nothing with the rule.
 */
class Released {
  readonly #signatures = new Map<string, { payload: number; signature: string }>();

  /** @throws AssertionError when this is a second payload for the position, or another signature for the same one */
  add(pkh: string, level: number, seen: { payload: number; signature: string }): void {
    const known = this.#signatures.get(`${pkh}/${level}`);
    if (known !== undefined) assert.deepEqual(seen, known, `two signatures of ${pkh} at level ${level}`);
    this.#signatures.set(`${pkh}/${level}`, seen);
  }

  get count(): number {
    return this.#signatures.size;
  }
}

/** Killed while it works, again and again: what left stays the only thing that ever leaves. */
for (const store of (await sqliteRuns()) ? (['file', 'sqlite'] as const) : (['file'] as const)) {
  test(`${kills} kill -9 under load on the ${store} store release no two signatures for one position`, async () => {
    const folder = new ScratchFolder();
    const keys = Array.from({ length: lanes }, () => sampleKey('ed25519'));
    const config =
      store === 'file' ? '{ driver: file }' : `{ driver: sqlite, config: { path: ${folder.path}/marks.db } }`;
    const { configFile } = writeSetup(folder, { keys, extra: `watermark: ${config}\nlog: { level: error }\n` });
    const released = new Released();
    const levels = keys.map(() => 1);
    try {
      for (let round = 0; round < kills; round += 1) {
        const signer = await SignerProcess.start(configFile, { args: ['--log', 'info'] });
        const load = keys.map(async ({ pkh }, lane) => {
          while (signer.alive)
            levels[lane] = await step(signer, { pkh, level: levels[lane] ?? 1, payload: 1 + (round % 2), released });
        });
        await sleep(150 + Math.random() * 350);
        await signer.stop('SIGKILL');
        await Promise.all(load);
      }
      assert.ok(released.count > kills * lanes, `only ${released.count} signatures were released`);
    } finally {
      folder.remove();
    }
  });
}

interface Step {
  readonly pkh: string;
  readonly level: number;
  readonly payload: number;
  readonly released: Released;
}

/**
 * Asks for the level where this lane stands, with the payload of this round. After a kill that level may have been
 * signed with the other payload: then 409 is right, and the lane goes on to the next level.
 *
 * @returns the level to ask for next
 */
async function step(signer: SignerProcess, { pkh, level, payload, released }: Step): Promise<number> {
  const answer = await signer.sign(pkh, attestation(level, payload)).catch(() => null);
  if (answer === null) return level;
  assert.ok([200, 409].includes(answer.status), answer.body);
  if (answer.status === 200) released.add(pkh, level, { payload, signature: answer.body });
  // One level is asked for with both payloads, so that every position is contested.
  const other = await signer.sign(pkh, attestation(level, 3 - payload)).catch(() => null);
  if (other?.status === 200) released.add(pkh, level, { payload: 3 - payload, signature: other.body });
  return other === null ? level : level + 1;
}
