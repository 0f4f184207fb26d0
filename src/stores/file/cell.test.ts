import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellBytes, type Entry, placeOf, readCell, saltOf, stateOf, writeCell } from './cell.ts';
import type { Subject } from './subject.ts';

const salt = saltOf('0d4bb1ad-7a2c-4f5f-9c53-6c2f1d7c0a11');
const uint64 = fc.bigInt(0n, 2n ** 64n - 1n);
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((one) => Buffer.from(one).toString('hex'));
const root = fc.option(hex(32));
const mark = fc.record({ height: uint64, round: uint64, floor: uint64, root }, { noNullPrototype: true });
const ethereum = fc.record(
  {
    chain: fc.constant('ethereum' as const),
    network: hex(32).map((text) => `0x${text}`),
    key: hex(48).map((text) => `0x${text}`),
    duty: fc.constantFrom('block' as const, 'attestation' as const),
  },
  { noNullPrototype: true },
);
const tezos = fc.record(
  {
    chain: fc.constant('tezos' as const),
    network: fc.constantFrom('NetXdQprcVkpaWU', 'NetXo5iVw1vBoxM'),
    key: fc.constantFrom('tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf', 'tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm'),
    duty: fc.constantFrom('block' as const, 'preattestation' as const, 'attestation' as const),
  },
  { noNullPrototype: true },
);
const listed = fc.constant<Subject>({ chain: 'tezos', network: 'NetXdQprcVkpaWU', key: '', duty: 'file' });
const entries: fc.Arbitrary<Entry> = fc.record(
  { subject: fc.oneof(ethereum, tezos, listed), mark: fc.option(mark), closed: fc.boolean() },
  { noNullPrototype: true },
);
const places = fc.record(
  {
    sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    index: fc.nat(1023),
    batch: fc.integer({ min: 1, max: 1024 }),
  },
  { noNullPrototype: true },
);

test('what is written into a cell is read from it', () => {
  fc.assert(
    fc.property(entries, places, (entry, place) => {
      const cell = Buffer.alloc(cellBytes);
      assert.equal(stateOf(cell, salt), 'empty');
      writeCell(cell, entry, place, salt);
      assert.equal(stateOf(cell, salt), 'valid');
      assert.deepEqual(readCell(cell), entry);
      assert.deepEqual(placeOf(cell), place);
    }),
  );
});

test('a cell is damaged when any bit of it is another, and in another store', () => {
  fc.assert(
    fc.property(entries, fc.nat(cellBytes - 1), fc.nat(7), (entry, at, bit) => {
      const cell = Buffer.alloc(cellBytes);
      writeCell(cell, entry, { sequence: 1, index: 0, batch: 1 }, salt);
      assert.equal(stateOf(cell, saltOf('another store')), 'damaged');
      cell.writeUInt8(cell.readUInt8(at) ^ (1 << bit), at);
      assert.equal(stateOf(cell, salt), 'damaged');
    }),
  );
});

test("names that are not a lane's are a programmer error", () => {
  const lane = {
    chain: 'ethereum',
    network: `0x${'4b'.repeat(32)}`,
    key: `0x${'01'.repeat(48)}`,
    duty: 'block',
  } as const;
  const wrong: readonly Subject[] = [
    { ...lane, key: `0x${'01'.repeat(49)}` },
    { ...lane, key: 'not hex' },
    { ...lane, network: '4b'.repeat(32) },
    { ...lane, network: `0x${'4b'.repeat(31)}4` },
    { ...lane, chain: 'tezos', network: 'N'.repeat(33) },
  ];
  for (const subject of wrong) {
    const write = () =>
      writeCell(
        Buffer.alloc(cellBytes),
        { subject, mark: null, closed: true },
        { sequence: 1, index: 0, batch: 1 },
        salt,
      );
    assert.throws(write, /assertion failed/u);
  }
});
