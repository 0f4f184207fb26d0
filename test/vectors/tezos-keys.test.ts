import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fromHex } from '../../src/base/hex.ts';
import { LocalSigner } from '../../src/crypto/local-signer.ts';
import { type Key, provesPossession } from '../../src/keys/key.ts';
import { openMemoryKeys } from '../../src/keys/memory/memory-keys.ts';
import { publicKeyText, signatureText } from '../../src/tezos/key-hash.ts';
import { note, notGiven } from '../not-run.ts';
import { permitFor } from '../support/permit.ts';
import { vectorsFolder } from '../vectors.ts';

interface KeyVector {
  readonly secret: string;
  readonly public: string;
  readonly pkh: string;
  /** The name of the request that `signature` signs. */
  readonly signs?: string;
  readonly signature?: string;
  readonly proof_of_possession?: string;
}

interface Vectors {
  readonly requests: readonly { readonly name: string; readonly hex: string }[];
  readonly keys: readonly KeyVector[];
}

const folder = vectorsFolder();
if (folder === null) notGiven('Tezos keys', 'set TIDEMARK_VECTORS');
else testKeys(JSON.parse(readFileSync(join(folder, 'tezos-requests.json'), 'utf8')) as Vectors);

function testKeys({ keys, requests }: Vectors): void {
  const signer = new LocalSigner({ onThreadLost: (text) => assert.fail(text) });
  after(async () => await signer.end());
  const asked = { keys: 0, signatures: 0, proofs: 0 };

  for (const vector of keys) {
    test(`${vector.pkh}: public key, signature and proof are the published ones`, async () => {
      const key = await open(vector.secret, signer);
      assert.equal(key.id, vector.pkh);
      assert.equal(publicKeyText({ curve: key.curve, bytes: key.publicKey }), vector.public);
      asked.keys += 1;
      if (vector.signature !== undefined) {
        const request = requests.find(({ name }) => name.split(' ')[0] === vector.signs);
        assert.ok(request !== undefined, `the request ${vector.signs} is among the vectors`);
        const signature = await key.sign(await permitFor(key.id, fromHex(request.hex)));
        assert.equal(signatureText(key.curve, signature), vector.signature);
        asked.signatures += 1;
      }
      if (vector.proof_of_possession === undefined) return;
      assert.ok(provesPossession(key));
      assert.equal(signatureText(key.curve, await key.provePossession()), vector.proof_of_possession);
      asked.proofs += 1;
    });
  }

  test('every vector was asked', () => {
    assert.deepEqual(asked, { keys: 5, signatures: 2, proofs: 1 });
    note(`Tezos keys: ${asked.keys} keys, ${asked.signatures} signatures, ${asked.proofs} proof of possession`);
  });
}

async function open(secret: string, signer: LocalSigner): Promise<Key> {
  const passwords = { attemptsMax: 1, ask: () => assert.fail('none of them is encrypted') };
  const [key] = await openMemoryKeys({ secrets: [secret], signer, passwords, place: 'vectors' });
  assert.ok(key !== undefined);
  return key;
}
