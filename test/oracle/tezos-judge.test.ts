import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { test } from 'node:test';
import { ofBase58 } from './base58check.ts';
import { blake2b } from './blake2b.ts';
import type { Entry } from './entry.ts';
import { judgeTezos } from './tezos-judge.ts';
import { placeOf } from './tezos-request.ts';

/** The oracle's own trial, against a signer of a few lines; requests are written out. */
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const edpk = base58([13, 15, 37, 217], rawKey(publicKey));
const tz1 = base58([6, 161, 159], blake2b(rawKey(publicKey), 20));
const chain = 'cafe0001';

test('its hash is that of OpenSSL where OpenSSL has it, and that of Tezos where it has not', () => {
  for (const length of [0, 1, 127, 128, 129, 256, 1000]) {
    const message = randomBytes(length);
    assert.deepEqual(blake2b(message, 64), createHash('blake2b512').update(message).digest(), `${length} bytes`);
  }
  // What the reference implementation gives for nothing at all.
  const empty = '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8';
  assert.equal(blake2b(new Uint8Array(0), 32).toString('hex'), empty);
});

test('it reads where a message belongs', () => {
  assert.deepEqual(placeOf(vote(0x13, 7, 2)), { duty: 'attestation', chain, level: 7, round: 2 });
  assert.deepEqual(placeOf(vote(0x12, 7, 2)), { duty: 'preattestation', chain, level: 7, round: 2 });
  assert.deepEqual(placeOf(block(9, 3)), { duty: 'block', chain, level: 9, round: 3 });
  assert.equal(placeOf(block(9, 3).slice(0, 60)), null);
  assert.equal(placeOf('03'), null);
});

test('its text form has a checksum, a prefix and a length', () => {
  assert.deepEqual(ofBase58(edpk, [13, 15, 37, 217], 32), rawKey(publicKey));
  assert.equal(ofBase58(`${edpk.slice(0, -1)}${edpk.endsWith('a') ? 'b' : 'a'}`, [13, 15, 37, 217], 32), null);
  assert.equal(ofBase58(edpk, [6, 161, 159], 32), null);
  assert.equal(ofBase58(edpk, [13, 15, 37, 217], 31), null);
  assert.equal(ofBase58(`${edpk}0`, [13, 15, 37, 217], 32), null);
});

test('an honest history has no offence', () => {
  const parts = [
    signed(vote(0x13, 7, 0)),
    signed(vote(0x13, 7, 0)),
    refused(vote(0x13, 7, 0, 2)),
    signed(vote(0x12, 7, 0, 2)),
    signed(vote(0x13, 7, 1, 2)),
    refused(vote(0x13, 6, 5)),
    signed(block(7, 0)),
    refused(block(7, 0, 2)),
  ];
  assert.deepEqual(judgeTezos(history(parts), edpk), { offences: [], signatures: 5, verified: 4, refusals: 3 });
});

const planted: readonly (readonly [what: string, parts: () => readonly Part[], sentence: RegExp])[] = [
  [
    'two attestations',
    () => [signed(vote(0x13, 7, 0)), signed(vote(0x13, 7, 0, 2))],
    /attestation 7\/0.*two messages/u,
  ],
  ['two blocks', () => [signed(block(7, 1)), signed(block(7, 1, 2))], /block 7\/1.*two messages/u],
  [
    'a second attestation whose answer was cut off',
    () => [signed(vote(0x13, 7, 0)), { ...signed(vote(0x13, 7, 0, 2)), body: '{"sig', cut: true }],
    /two messages/u,
  ],
  ['another key', () => [{ ...signed(block(7, 1)), key: other.privateKey }], /does not verify/u],
  ['another message', () => [{ ...signed(block(7, 1)), over: block(7, 1, 2) }], /does not verify/u],
  ['no signature', () => [{ ...signed(block(7, 1)), body: '{}' }], /does not verify/u],
  ['what nobody can read', () => [signed('03')], /nobody can read/u],
  ['a refusal of the first', () => [refused(block(7, 1))], /without any cause/u],
  ['a refusal of the same again', () => [signed(block(7, 1)), refused(block(7, 1))], /without any cause/u],
  ['a refusal for another duty', () => [signed(vote(0x12, 9, 0)), refused(vote(0x13, 7, 0))], /without any cause/u],
  ['a refusal above all', () => [signed(block(7, 1)), refused(block(7, 2))], /without any cause/u],
];

for (const [what, parts, sentence] of planted) {
  test(`${what}: found`, () => {
    const { offences } = judgeTezos(history(parts()), edpk);
    assert.ok(
      offences.some((offence) => sentence.test(offence)),
      offences.join('\n'),
    );
  });
}

test('a key that is not that of the baker is found', () => {
  const { offences } = judgeTezos(history([]).concat(history([refused(block(7, 1))])), `${edpk}1`);
  assert.match(offences.join('\n'), /is not the key of tz1/u);
});

interface Part {
  readonly message: string;
  readonly status: number;
  readonly key?: KeyObject;
  readonly over?: string;
  readonly body?: string;
  readonly cut?: boolean;
}

function signed(message: string): Part {
  return { message, status: 200 };
}

function refused(message: string): Part {
  return { message, status: 409 };
}

function history(parts: readonly Part[]): readonly Entry[] {
  return parts.map(({ message, status, key = privateKey, over = message, body, cut = false }, index) => ({
    identifier: tz1,
    request: JSON.stringify(message),
    askedAt: 2 * index,
    answeredAt: 2 * index + 1,
    answer: { status, body: body ?? (status === 200 ? answerTo(over, key) : '[]'), cut },
  }));
}

function answerTo(message: string, key: KeyObject): string {
  const signature = sign(null, blake2b(Buffer.from(message, 'hex'), 32), key);
  return JSON.stringify({ signature: base58([9, 245, 205, 134, 18], signature) });
}

function vote(magic: number, level: number, round: number, fill = 1): string {
  const parts = [byte(magic), chain, '00'.repeat(32), '15', '0000', int32(level), int32(round), byte(fill).repeat(32)];
  return parts.join('');
}

function block(level: number, round: number, fill = 1): string {
  const fitness = `00000001020000000400000000${'00000000'}${'00000004ffffffff'}${'00000004'}${int32(round)}`;
  const head = ['11', chain, int32(level), '01', '00'.repeat(32), '00'.repeat(8), '04', '00'.repeat(32)];
  return [...head, int32(fitness.length / 2), fitness, '00'.repeat(32), byte(fill).repeat(32)].join('');
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function int32(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function rawKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-32);
}

function base58(prefix: readonly number[], payload: Uint8Array): string {
  const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const body = Buffer.from([...prefix, ...payload]);
  const twice = createHash('sha256').update(createHash('sha256').update(body).digest()).digest();
  let number = BigInt(`0x${Buffer.concat([body, twice.subarray(0, 4)]).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = `${letters[Number(number % 58n)]}${text}`;
  return text;
}
