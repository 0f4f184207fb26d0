import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedKey } from '../../test/support/http-doubles.ts';
import { Keyring } from '../keys/keyring.ts';
import { PublicKeyList } from './public-keys.ts';

const id = (byte: string) => `0x${byte.repeat(48)}`;

/** A keyring whose listing takes 5 ms of a clock that stands still otherwise. */
function slowList() {
  const clock = { ms: 0, made: 0 };
  class SlowKeyring extends Keyring {
    override list() {
      clock.ms += 5;
      clock.made += 1;
      return super.list();
    }
  }
  const keyring = new SlowKeyring();
  return { clock, keyring, list: new PublicKeyList(keyring, () => clock.ms) };
}

test('a list is made once for each change', () => {
  const { clock, keyring, list } = slowList();
  keyring.add(listedKey(id('aa')));
  const page = list.page();
  clock.ms += 1_000;
  assert.equal(list.page(), page);
  assert.equal(clock.made, 1);
});

test('while keys arrive, lists take no more than a tenth of the time, and the last one is whole', () => {
  const { clock, keyring, list } = slowList();
  for (const byte of ['aa', 'bb', 'cc', 'dd']) {
    keyring.add(listedKey(id(byte)));
    list.page();
    clock.ms += 20;
  }
  assert.equal(clock.made, 2, 'of 80 ms, two lists of 5 ms, the second after 50');
  keyring.add(listedKey(id('ee')));
  clock.ms += 50;
  assert.equal(list.page().body.toString(), JSON.stringify(['aa', 'bb', 'cc', 'dd', 'ee'].map(id)));
  assert.equal(clock.made, 3);
});

test('a key that left is not listed any more', () => {
  const { clock, keyring, list } = slowList();
  for (const byte of ['aa', 'bb']) keyring.add(listedKey(id(byte)));
  list.page();
  keyring.remove(id('aa'));
  clock.ms += 50;
  assert.equal(list.page().body.toString(), JSON.stringify([id('bb')]));
});
