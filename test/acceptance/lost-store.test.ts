import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { composeBatch } from '../../src/tezos/compose.ts';
import { attestation, chainId } from '../support/attestations.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';
import { allowAll, sampleKey, writeSetup } from '../support/setup.ts';

test('a watermark file that vanishes under the running signer stops signatures, shows in health, and says what to do', async () => {
  const folder = new ScratchFolder();
  const key = sampleKey('ed25519');
  const { configFile, baseDir } = writeSetup(folder, { keys: [key], policy: allowAll });
  const signer = await SignerProcess.start(configFile);
  try {
    assert.equal((await signer.sign(key.pkh, attestation(10))).status, 200);
    rmSync(join(baseDir, 'watermark_v2', `${chainId}.json`));
    const answer = await signer.sign(key.pkh, attestation(11));
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('tidemark-error'), 'store_failed');
    assert.doesNotMatch(answer.body, /watermark_v2/u, 'paths are for the log');
    const logged = signer.log.find((line) => line['reason'] === 'store_failed');
    assert.match(String(logged?.['error']), /was removed .* restart/u);
    assert.equal((await signer.sign(key.pkh, attestation(10))).status, 503, 'not even a repeat');
    assert.equal((await signer.get('/healthz')).status, 503);
    assert.equal((await signer.get('/healthcheck')).status, 503);
    assert.equal((await signer.get('/upcheck')).status, 200, 'alive all the same');
    assert.match(await signer.scrape(), /watermark_unavailable_total\{backend="file",reason="store_failed"\} [1-9]/u);
    const transfer = composeBatch([{ kind: 'transaction', source: key.pkh, destination: key.pkh, amount: 1n }]);
    assert.equal((await signer.sign(key.pkh, transfer)).status, 200, 'what needs no watermark is signed');
    await signer.stop();
    await assert.rejects(
      SignerProcess.start(configFile),
      /is missing|vanished|holds marks/u,
      'the next start does not begin anew',
    );
  } finally {
    await signer.stop();
    folder.remove();
  }
});
