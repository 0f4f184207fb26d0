import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { isFault } from '../../base/fault.ts';
import { SecretBytes } from '../../base/secret-bytes.ts';
import { curves } from '../../crypto/curve.ts';
import { encryptedText, plainText, readTezosSecret } from '../tezos-secret.ts';
import { addSecret } from './add-secret.ts';
import { readSecretsFile } from './secrets-file.ts';
import { newTezosSecret } from '../../../test/support/tezos-secret.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const path = join(folder, 'secrets.json');
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
});

const password = () => new SecretBytes(Buffer.from('right'));
const nobody = () => Promise.reject(new Error('nobody should be asked'));

async function refused(adding: Promise<void>, sentence: RegExp, kept: string | null): Promise<void> {
  await assert.rejects(adding, (error) => {
    assert.ok(isFault(error, 'vault_invalid'));
    assert.match(error.message, sentence);
    return true;
  });
  if (kept !== null) assert.equal(readFileSync(path, 'utf8'), kept);
}

test('keys of every curve, plain and encrypted, are added to a file that did not exist, and read back', async () => {
  const made = [...curves, ...curves].map((curve, index) => ({ secret: newTezosSecret(curve), encrypted: index < 4 }));
  for (const [index, { secret, encrypted }] of made.entries()) {
    await addSecret(path, { name: `key ${index}`, secret, password: encrypted ? password() : null });
  }
  const { entries, warnings } = await readSecretsFile(path);
  for (const [index, { secret, encrypted }] of made.entries()) {
    const entry = entries[index];
    assert.equal(entry?.name, `key ${index}`);
    const read = await readTezosSecret(entry.text, encrypted ? async () => password() : nobody);
    assert.equal(read.curve, secret.curve);
    assert.deepEqual(Buffer.from(read.secret.reveal()), Buffer.from(secret.secret.reveal()));
  }
  assert.deepEqual(warnings, []);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['secrets.json']);
});

test('what the file held stays byte for byte; its mode and owner stay too', async () => {
  const first = '{"value" : "encrypted:edesk, not read",  "name":"caf\\u00e9", "extra": 1e3}';
  const old = `[ ${first},\n\t{"name":"second","value":"encrypted:edesk"}`;
  writeFileSync(path, `${old}\n \n]\n\n`);
  chmodSync(path, 0o640);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(path, 12_345, 54_321);
  const added = newTezosSecret('ed25519');
  // The old entries are damaged on purpose: a plain one that cannot be read stops the command.
  const adding = addSecret(path, { name: 'new', secret: added, password: null });
  await refused(adding, /the key "café": this is not a Tezos secret key/u, `${old}\n \n]\n\n`);

  const sealed = await encryptedText(newTezosSecret('p256'), password());
  const fit = old.replace('edesk, not read', sealed).replace('"encrypted:edesk"', `"encrypted:${sealed}"`);
  writeFileSync(path, `${fit}\n \n]\n\n`);
  await addSecret(path, { name: 'new', secret: added, password: null });
  const value = `unencrypted:${plainText(added)}`;
  assert.equal(readFileSync(path, 'utf8'), `${fit},\n  ${JSON.stringify({ name: 'new', value })}\n]\n`);
  const { mode, uid, gid } = statSync(path);
  assert.equal(mode & 0o777, 0o640);
  if (asRoot) assert.deepEqual([uid, gid], [12_345, 54_321]);
});

test('a name or a key that is there already is refused, and the file stays as it was', async () => {
  const secret = newTezosSecret('secp256k1');
  await addSecret(path, { name: 'first', secret, password: null });
  const kept = readFileSync(path, 'utf8');
  const other = newTezosSecret('secp256k1');
  const add = (name: string, added = other, under: SecretBytes | null = null) => {
    return addSecret(path, { name, secret: added, password: under });
  };
  await refused(add('first'), /has the key "first" already/u, kept);
  await refused(add('second', secret), /holds this key already: it is the key "first"/u, kept);
  await refused(add('second', secret, password()), /holds this key already: it is the key "first"/u, kept);
  for (const name of ['', ' a', 'a ', 'a\nb', 'a'.repeat(129)]) {
    await refused(add(name), /a name has 1 to 128 printable characters/u, kept);
  }
  assert.deepEqual(readdirSync(folder), ['secrets.json']);
});

test('two commands at once do not lose a key: the second is turned away', async () => {
  const add = (name: string) => addSecret(path, { name, secret: newTezosSecret('ed25519'), password: null });
  const outcomes = await Promise.allSettled([add('one'), add('two')]);
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const [failed] = outcomes.filter((outcome) => outcome.status === 'rejected');
  assert.match(String(failed?.reason), /secrets\.json\.new is there: another command is writing/u);
  assert.equal((await readSecretsFile(path)).entries.length, 1);
});

test('a link to the file is followed, not replaced', async () => {
  const link = join(folder, 'link.json');
  await addSecret(path, { name: 'one', secret: newTezosSecret('ed25519'), password: null });
  symlinkSync(path, link);
  await addSecret(link, { name: 'two', secret: newTezosSecret('ed25519'), password: null });
  assert.equal((await readSecretsFile(path)).entries.length, 2);
});

test('a file that is open to all, or damaged, is not added to', async () => {
  const added = { name: 'new', secret: newTezosSecret('ed25519'), password: null };
  writeFileSync(path, '[]');
  chmodSync(path, 0o644);
  await refused(addSecret(path, added), /run chmod 600/u, '[]');
  chmodSync(path, 0o600);
  writeFileSync(path, '[}');
  await refused(addSecret(path, added), /is not valid JSON/u, '[}');
  await refused(addSecret(join(folder, 'no', 'such'), added), /such\.new cannot be written: ENOENT/u, null);
});
