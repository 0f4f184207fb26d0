import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { type FaultCode, isFault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import { curves } from '../crypto/curve.ts';
import { LocalSigner } from '../crypto/local-signer.ts';
import { encode } from '../tezos/base58.ts';
import { openFileKeys } from './filesystem/file-keys.ts';
import { openMemoryKeys } from './memory/memory-keys.ts';
import type { PasswordSource } from './password-source.ts';
import { encryptedText, plainText } from './tezos-secret.ts';
import { newTezosSecret } from '../../test/support/tezos-secret.ts';

const signer = new LocalSigner({ onThreadLost: (text) => assert.fail(text) });
const folder = mkdtempSync(join(tmpdir(), 'vault-'));
const path = join(folder, 'secrets.json');
after(async () => {
  rmSync(folder, { recursive: true });
  await signer.end();
});

interface Stored {
  readonly name: string;
  readonly value: string;
}

/** Gives these answers, one by one, and remembers who was asked for. */
class Answers implements PasswordSource {
  readonly attemptsMax = 3;
  readonly asked: string[] = [];
  readonly #answers: string[];

  constructor(...answers: string[]) {
    this.#answers = answers;
  }

  async ask(entry: string): Promise<SecretBytes> {
    this.asked.push(entry);
    return new SecretBytes(Buffer.from(this.#answers.shift() ?? assert.fail('asked too often')));
  }
}

async function openFile(entries: readonly Stored[], passwords: PasswordSource = new Answers()) {
  writeFileSync(path, JSON.stringify(entries), { mode: 0o600 });
  return await openFileKeys({ path, signer, passwords });
}

test('the vaults name their keys by source, and ask for passwords by the name of the entry', async () => {
  const secrets = curves.map((curve) => newTezosSecret(curve));
  const entries: Stored[] = [];
  for (const secret of secrets) {
    const sealed = await encryptedText(secret, new SecretBytes(Buffer.from('right')));
    entries.push({ name: `on ${secret.curve}`, value: `encrypted:${sealed}` });
  }
  const passwords = new Answers('right', 'wrong', 'right', 'wrong', 'wrong', 'right', 'right');
  const { keys, warnings } = await openFile(entries, passwords);
  assert.deepEqual(
    keys.map((key) => [key.curve, key.source]),
    curves.map((curve) => [curve, 'File']),
  );
  const times = { ed25519: 1, secp256k1: 2, p256: 3, bls12_381: 1 };
  const asked = curves.flatMap((curve) => Array.from({ length: times[curve] }, () => `on ${curve}`));
  assert.deepEqual(passwords.asked, asked);
  assert.deepEqual(warnings, []);

  const inMemory = await openMemoryKeys({ secrets: secrets.map(plainText), signer, passwords, place: 'memory' });
  assert.deepEqual(
    inMemory.map((key) => key.id),
    keys.map((key) => key.id),
  );
  assert.deepEqual(
    inMemory.map((key) => key.source),
    curves.map(() => 'Mem'),
  );
});

test('the same key twice in a vault is refused with both names', async () => {
  const secret = newTezosSecret('ed25519');
  const text = plainText(secret);
  await assert.rejects(
    openFile([
      { name: 'a', value: `unencrypted:${text}` },
      { name: 'b', value: text },
    ]),
    (error) => {
      assert.ok(isFault(error, 'vault_invalid'));
      assert.match(error.message, /: the key "a" and the key "b" are the same key, tz1\w{33}: remove one$/u);
      return true;
    },
  );
});

test('one bad entry stops the vault, by name, and no error shows anything of a secret', async () => {
  const good = plainText(newTezosSecret('ed25519'));
  const sealed = await encryptedText(newTezosSecret('p256'), new SecretBytes(Buffer.from('right')));
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const tooLarge = encode('spsk', Buffer.from(order.toString(16), 'hex'));
  const cases: readonly [FaultCode, string][] = [
    ['key_invalid', `${good.slice(0, 20)}!${good.slice(21)}`],
    ['key_invalid', good.slice(0, -1)],
    ['key_invalid', `${good}${good}${good}${good}`],
    ['key_invalid', 'ledger://major-squirrel-thick-hedgehog/ed25519/0h/1h'],
    ['key_invalid', tooLarge],
    ['key_invalid', ''],
    ['password_wrong', sealed],
  ];
  for (const [code, text] of cases) {
    const passwords = () => new Answers('hunter2-a', 'hunter2-b', 'hunter2-c');
    for (const open of [
      () => openFile([{ name: 'baker', value: `unencrypted:${text}` }], passwords()),
      () => openMemoryKeys({ secrets: [text], signer, passwords: passwords(), place: 'memory' }),
    ]) {
      await assert.rejects(open, (error) => {
        assert.ok(isFault(error, code), String(error));
        assert.match(error.message, /^(?:.*secrets\.json: the key "baker"|memory: the key "number 1"): /u);
        assert.equal(error.cause, undefined);
        noneOf(text, `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`);
        return true;
      });
    }
  }
});

test('a secret that stands where the name belongs is not shown', async () => {
  const name = plainText(newTezosSecret('secp256k1'));
  await assert.rejects(openFile([{ name, value: 'unencrypted:x' }]), (error) => {
    assert.ok(isFault(error, 'key_invalid'));
    assert.match(error.message, /the key whose name looks like a secret \(not shown\)/u);
    noneOf(name, inspect(error, { depth: 9 }));
    return true;
  });
});

/** No eight characters in a row of `secret` stand in `text`, and no password. */
function noneOf(secret: string, text: string): void {
  assert.ok(!text.includes('hunter2'));
  // The stack names files and functions, which share no such run with base58 of random bytes.
  for (let start = 0; start + 8 <= secret.length; start += 1) assert.ok(!text.includes(secret.slice(start, start + 8)));
}
