import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { KeyNumbers, SecretMemory } from './secret-memory.ts';

test('each secret is found under its key, by every thread that shares the memory', () => {
  const memory = new SecretMemory();
  const secrets = Array.from({ length: 5 }, () => randomBytes(32));
  for (const [key, secret] of secrets.entries()) memory.write(key, secret);
  const seen = new SecretMemory(memory.shared);
  for (const [key, secret] of secrets.entries()) assert.deepEqual(Buffer.from(seen.copy(key)), secret);
});

test('what was wiped is gone for all, and its neighbours stay', () => {
  const memory = new SecretMemory();
  for (const key of [0, 1, 2])
    memory.write(
      key,
      Uint8Array.from({ length: 32 }, () => key + 1),
    );
  const seen = new SecretMemory(memory.shared);
  memory.wipe(1);
  assert.deepEqual(
    [0, 1, 2].map((key) => new Set(seen.copy(key))),
    [new Set([1]), new Set([0]), new Set([3])],
  );
});

test('a copy is wiped when its use is over, even if that failed', () => {
  const memory = new SecretMemory();
  memory.write(
    0,
    Uint8Array.from({ length: 32 }, () => 7),
  );
  const used: Uint8Array[] = [];
  memory.with(0, (secret) => used.push(secret));
  const fail = (secret: Uint8Array) => {
    used.push(secret);
    throw new Error('planted');
  };
  assert.throws(() => memory.with(0, fail), /planted/u);
  assert.deepEqual(used, [new Uint8Array(32), new Uint8Array(32)]);
});

test('a secret of another length is refused', () => {
  const memory = new SecretMemory();
  for (const length of [0, 31, 33, 64]) assert.throws(() => memory.write(0, new Uint8Array(length)), /32 bytes/u);
});

test('a number is given once, and again only after it was freed', () => {
  const numbers = new KeyNumbers();
  assert.deepEqual([numbers.take(), numbers.take(), numbers.take()], [0, 1, 2]);
  numbers.free(1);
  assert.deepEqual([numbers.take(), numbers.take()], [1, 3]);
});
