import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sqliteRuns } from '../sqlite-addon.ts';
import { attestation } from '../support/attestations.ts';
import { attestationBody } from '../support/ethereum-bodies.ts';
import { ethereumLines, newEthereumKey, signPath, startEthereum } from '../support/ethereum-setup.ts';
import { sampleKey, writeSetup } from '../support/setup.ts';
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

/** The stores that one process holds, each behind the door whose second visitor is turned away. */
const backends = (await sqliteRuns()) ? (['file', 'sqlite'] as const) : (['file'] as const);
const doors = ['watermark', 'anti_slashing'] as const;

for (const backend of backends)
  for (const door of doors)
    test(`${door} on the ${backend} store: a second process is refused, told why, and may follow the first`, async () => {
      await checkSecond(backend, door);
    });

type Backend = (typeof backends)[number];
type Door = (typeof doors)[number];

async function checkSecond(backend: Backend, door: Door): Promise<void> {
  const folders = { shared: new ScratchFolder(), first: new ScratchFolder(), second: new ScratchFolder() };
  const baker = sampleKey('ed25519');
  const validator = newEthereumKey();
  const configOf = (folder: ScratchFolder): string => {
    const places = { watermark: folder.path, anti_slashing: folder.path, [door]: folders.shared.path };
    for (const path of Object.values(places)) mkdirSync(join(path, 'ethereum'), { recursive: true });
    const ethereum = ethereumLines(folder, { keys: [validator], antiSlashing: placeOf(backend, places.anti_slashing) });
    const extra = `${watermarkOf(backend, places.watermark)}${ethereum}`;
    const { configFile } = writeSetup(folder, { keys: [baker], extra });
    return configFile;
  };
  // The file store of bakers lies in base_dir.
  const env = door === 'watermark' && backend === 'file' ? { TIDEMARK_BASE_DIR: folders.shared.path } : {};
  const configs = [configOf(folders.first), configOf(folders.second)] as const;
  const first = await startEthereum(configs[0], [validator], { env });
  try {
    assert.deepEqual(await statuses(first, baker.pkh, validator.publicKey, 1), [200, 200]);
    await assert.rejects(startEthereum(configs[1], [validator], { env }), (error: Error) => {
      assert.match(error.message, /stopped \(75\)/u);
      assert.match(error.message, new RegExp(`${folders.shared.path}\\S* is held by `, 'u'));
      assert.match(error.message, /stop (?:it|that one)/u);
      return true;
    });
    assert.deepEqual(await statuses(first, baker.pkh, validator.publicKey, 2), [200, 200], 'the first one goes on');
  } finally {
    await first.stop('SIGKILL');
  }
  const second = await startEthereum(configs[1], [validator], { env });
  try {
    // Its other store is its own, and new.
    const asked = await statuses(second, baker.pkh, validator.publicKey, 1);
    assert.deepEqual(asked, door === 'watermark' ? [409, 200] : [200, 412], 'it found the marks of the first one');
  } finally {
    await second.stop('SIGKILL');
    for (const folder of Object.values(folders)) folder.remove();
  }
}

async function statuses(signer: SignerProcess, pkh: string, publicKey: string, place: number): Promise<number[]> {
  const vote = attestationBody({ source: 60_000, target: 60_000 + place });
  const answers = [await signer.sign(pkh, attestation(place)), await signer.post(signPath(publicKey), vote)];
  return answers.map(({ status }) => status);
}

function placeOf(backend: Backend, path: string): string {
  const place = join(path, 'ethereum');
  return `{ backend: ${backend}, path: ${backend === 'file' ? place : join(place, 'marks.db')} }`;
}

function watermarkOf(backend: Backend, path: string): string {
  return backend === 'file' ? '' : `watermark: { driver: sqlite, config: { path: ${join(path, 'marks.db')} } }\n`;
}
