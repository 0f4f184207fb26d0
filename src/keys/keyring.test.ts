import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Key } from './key.ts';
import { Keyring } from './keyring.ts';

function key(id: string, source: string): Key {
  return {
    id,
    source,
    curve: 'ed25519',
    publicKey: new Uint8Array(32),
    deterministic: true,
    checkRoom: () => undefined,
    sign: () => assert.fail('not asked for'),
  };
}

test('keys are found by id, in the order in which they came; of two with one id the first stays', () => {
  const keyring = new Keyring();
  const [first, second, again] = [key('tz1b', 'File'), key('tz1a', 'File'), key('tz1b', 'Mem')];
  assert.equal(keyring.add(first), null);
  assert.equal(keyring.add(second), null);
  assert.equal(keyring.add(again), first);
  assert.equal(keyring.find('tz1b'), first);
  assert.equal(keyring.find('tz1c'), null);
  assert.deepEqual(keyring.list(), [first, second]);
});

test('a key that was removed is not found, and each change makes another version', () => {
  const keyring = new Keyring();
  const [first, second] = [key('a', 'File'), key('b', 'File')];
  const versions = [keyring.version];
  for (const change of [
    () => keyring.add(first),
    () => keyring.add(second),
    () => assert.equal(keyring.remove('a'), first),
    () => keyring.add(key('a', 'Mem')),
  ]) {
    change();
    versions.push(keyring.version);
  }
  assert.equal(new Set(versions).size, 5);
  assert.equal(keyring.size, 2);
  assert.equal(keyring.remove('c'), null);
  assert.equal(keyring.add(key('b', 'Mem')), second);
  assert.equal(keyring.version, versions.at(-1));
});
