import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../base/hex.ts';
import { blake2b160, blake2b256 } from './blake2b.ts';

const nothing = new Uint8Array(0);

test('the 256-bit digest is the one of RFC 7693 with that length as parameter, not a cut of the 512-bit one', () => {
  assert.equal(toHex(blake2b256(nothing)), '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8');
});

test('the 160-bit digest likewise', () => {
  assert.equal(toHex(blake2b160(nothing)), '3345524abf6bbe1809449224b5972c41790b6cf2');
});
