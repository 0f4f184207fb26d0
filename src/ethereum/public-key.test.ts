import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { parsePublicKey } from './public-key.ts';

const digits = 'a1'.repeat(48);

test('names a key as lanes do, however the path writes it', () => {
  for (const text of [digits, `0x${digits}`, digits.toUpperCase(), `0x${digits.toUpperCase()}`]) {
    assert.equal(parsePublicKey(text), `0x${digits}`);
  }
  assert.equal(parsePublicKey('00'.repeat(48)), `0x${'00'.repeat(48)}`, 'no key that is loaded is this one');
});

const wrong = [
  '',
  '0x',
  digits.slice(2),
  `${digits}00`,
  digits.slice(1),
  `0X${digits}`,
  `0x0x${digits.slice(4)}`,
  'zz'.repeat(48),
  ` ${digits}`,
  `${digits}\n`,
  '\u0130'.repeat(96),
];

for (const text of wrong) {
  test(`refuses ${JSON.stringify(text.slice(0, 12))} of ${text.length} characters`, () => {
    assert.throws(
      () => parsePublicKey(text),
      (error) => isFault(error, 'field_invalid') && error.message.startsWith('identifier: '),
    );
  });
}
