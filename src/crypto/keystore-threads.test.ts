import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import { toHex } from '../base/hex.ts';
import { type Keystore, readKeystore } from './keystore.ts';
import { KeystoreThreads, type KeystoreThreadsOptions } from './keystore-threads.ts';
import { type SealingKdf, sealKeystore, validatorKey } from '../../test/support/ethereum-keys.ts';

let running: KeystoreThreads | null = null;
// A test that fails in the middle leaves no thread behind: the file would never end.
afterEach(async () => await running?.end());

function started(options: KeystoreThreadsOptions): KeystoreThreads {
  running = new KeystoreThreads(options);
  return running;
}

const right = () => new SecretBytes(new TextEncoder().encode('right'));

function sealed(kdf: SealingKdf): { keystore: Keystore; secretHex: string; id: string } {
  const { secret, secretHex, id } = validatorKey();
  const text = JSON.stringify(sealKeystore({ secret, password: 'right', kdf }));
  return { keystore: readKeystore(new TextEncoder().encode(text)), secretHex, id };
}

test('keystores open on the threads, each with its own answer, and the password stays the caller’s', async () => {
  const threads = started({ threads: 3 });
  const password = right();
  const all = Array.from({ length: 20 }, (_, index) => sealed(index % 4 === 0 ? { n: 16 } : { rounds: 10 }));
  const opened = await Promise.all(all.map(({ keystore }) => threads.open(keystore, password)));
  assert.deepEqual(
    opened.map(({ secret, publicKey }) => [toHex(secret.reveal()), `0x${toHex(publicKey)}`]),
    all.map(({ secretHex, id }) => [secretHex, id]),
  );
  assert.equal(new TextDecoder().decode(password.reveal()), 'right');
});

test('what a thread refuses is told with its code, and the thread goes on', async () => {
  const threads = started({ threads: 1 });
  const { keystore, secretHex } = sealed({ rounds: 10 });
  const wrong = new SecretBytes(new TextEncoder().encode('wrong'));
  await assert.rejects(threads.open(keystore, wrong), (error) => isFault(error, 'password_wrong'));
  const { secret } = await threads.open(keystore, right());
  assert.equal(toHex(secret.reveal()), secretHex);
});

test('at most two scrypts are computed at once, and cheaper work goes past those that wait', async () => {
  const threads = started({ threads: 4 });
  const scrypts = Array.from({ length: 5 }, () => sealed({ n: 2 ** 13 }));
  const most = { scrypt: 0 };
  const asked = [...scrypts, sealed({ rounds: 2 })].map(async ({ keystore }) => {
    const opening = threads.open(keystore, right());
    most.scrypt = Math.max(most.scrypt, threads.running.scrypt);
    await opening;
    most.scrypt = Math.max(most.scrypt, threads.running.scrypt);
  });
  // Three scrypts wait, although a fourth thread is free; what was asked for last went past them.
  assert.deepEqual(threads.running, { scrypt: 2, pbkdf2: 1 });
  await Promise.all(asked);
  assert.equal(most.scrypt, 2);
  assert.deepEqual(threads.running, { scrypt: 0, pbkdf2: 0 });
});

test('the event loop turns while a key is derived', async () => {
  const threads = started({ threads: 1 });
  // The thread is up before we count.
  await threads.open(sealed({ rounds: 2 }).keystore, right());
  const loop = { turns: 0, ends: false };
  const turn = (): void => {
    loop.turns += 1;
    if (!loop.ends) setImmediate(turn);
  };
  turn();
  await threads.open(sealed({ n: 2 ** 15 }).keystore, right());
  loop.ends = true;
  // Computed on this thread, it would have been over after a turn or two.
  assert.ok(loop.turns > 20, `${loop.turns} turns`);
});

test('after the end nothing is opened, and whoever waits is told', async () => {
  const threads = started({ threads: 1 });
  const { keystore } = sealed({ n: 2 ** 14 });
  const waiting = [threads.open(keystore, right()), threads.open(keystore, right())];
  const refused = Promise.all(waiting.map((each) => assert.rejects(each, (error) => isFault(error, 'shutting_down'))));
  await threads.end();
  await refused;
  await assert.rejects(threads.open(keystore, right()), (error) => isFault(error, 'shutting_down'));
});

test('a thread that gives no answer in time is given up, and the next keystore gets another', async () => {
  const threads = started({ threads: 1, answerMs: 1 });
  await assert.rejects(threads.open(sealed({ n: 2 ** 17 }).keystore, right()), (error) => isFault(error, 'internal'));
  await assert.rejects(threads.open(sealed({ n: 2 ** 17 }).keystore, right()), (error) => isFault(error, 'internal'));
});
