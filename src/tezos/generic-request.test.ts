import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../base/fault.ts';
import { fromHex, toHex } from '../base/hex.ts';
import { composeBatch } from './compose.ts';
import { operationTags, pseudoOperations } from './kinds.ts';
import { parseRequest, type SigningVersion } from './request.ts';

const source = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const head = `03${'bb'.repeat(32)}`;

/** Parts of operations in hex. */
const pkh = `00${'11'.repeat(20)}`;
const manager = `${pkh}e807018f4e00`;
const hash20 = '22'.repeat(20);
const hash32 = '33'.repeat(32);
const level = '00000022';
const round = '00000004';
const contract = `01${hash20}00`;
const account = `00${pkh}`;
const unit = '00000002030b';
const dyn = (hex: string): string => `${(hex.length / 2).toString(16).padStart(8, '0')}${hex}`;
const evidence = dyn('aabbcc');
const refute = `cc${manager}${hash20}${pkh}`;
const proof = `ff${dyn('77'.repeat(96))}`;
const proofs: readonly string[] = ['00', proof];
const newKeys = new Set(['reveal', 'update_consensus_key', 'update_companion_key']);
const shard = `00000005${dyn('ffff')}${'44'.repeat(48)}`;

const zkOperation = `00000000${hash32}01${pkh}${hash20}${dyn('')}`;

type Sample = readonly [kind: string, hex: string];

/** Every kind of operation, in every form that its encoding has. */
const operations: readonly Sample[] = [
  ['seed_nonce_revelation', `01${level}${hash32}`],
  ['double_consensus_operation_evidence', `020003${evidence}${evidence}`],
  ['double_baking_evidence', `03${evidence}${evidence}`],
  ['activate_account', `04${hash20}${hash20}`],
  ['proposals', `05${pkh}00000001${dyn('')}`],
  ['proposals', `05${pkh}00000001${dyn(hash32 + hash32)}`],
  ['ballot:yay', `06${pkh}00000001${hash32}00`],
  ['ballot:nay', `06${pkh}00000001${hash32}01`],
  ['ballot:pass', `06${pkh}00000001${hash32}02`],
  ['vdf_revelation', `08${'55'.repeat(200)}`],
  ['drain_delegate', `09${pkh}01${hash20}02${hash20}`],
  ['failing_noop', `11${dyn('68656c6c6f')}`],
  ['dal_entrapment_evidence', `18${evidence}000307${shard}`],
  ['preattestations_aggregate', `1e${level}${round}${hash32}${dyn('00010002')}`],
  ['attestations_aggregate', `1f${level}${round}${hash32}${dyn('0001000002ff8101')}`],
  ['reveal', `6b${manager}00${hash32}00`],
  ['reveal', `6b${manager}01${hash32}0200`],
  ['reveal', `6b${manager}02${hash32}0200`],
  ['reveal', `6b${manager}03${'66'.repeat(48)}${proof}`],
  ['transaction', `6c${manager}01${account}00`],
  ['transaction', `6c${manager}01${contract}00`],
  ['transaction', `6c${manager}0103${hash20}00ff05${unit}`],
  ['transaction', `6c${manager}0104${hash20}00ff00${unit}`],
  ['transaction', `6c${manager}01${contract}ffff04${'61'.repeat(4)}${unit}`],
  ['origination', `6d${manager}0100${unit}${unit}`],
  ['origination', `6d${manager}01ff${pkh}${unit}${unit}`],
  ['delegation', `6e${manager}00`],
  ['delegation', `6e${manager}ff${pkh}`],
  ['register_global_constant', `6f${manager}${unit}`],
  ['set_deposits_limit', `70${manager}00`],
  ['set_deposits_limit', `70${manager}ff8001`],
  ['increase_paid_storage', `71${manager}05${contract}`],
  ['update_consensus_key', `72${manager}02${hash32}0200`],
  ['update_consensus_key', `72${manager}03${'66'.repeat(48)}${proof}`],
  ['update_companion_key', `73${manager}03${'66'.repeat(48)}${proof}`],
  ['transfer_ticket', `9e${manager}${unit}${unit}${contract}02${account}${dyn('64656661756c74')}`],
  ['smart_rollup_originate', `c8${manager}01${dyn('00ff')}${unit}00`],
  ['smart_rollup_originate', `c8${manager}01${dyn('00ff')}${unit}ff${dyn(pkh + pkh)}`],
  ['smart_rollup_add_messages', `c9${manager}${dyn(dyn('00') + dyn('ffff'))}`],
  ['smart_rollup_cement', `ca${manager}${hash20}`],
  ['smart_rollup_publish', `cb${manager}${hash20}${hash32}${level}${hash32}00000000000000ff`],
  // A game that starts, a dissection, and steps with no input, the first input, an inbox message and each reveal.
  ['smart_rollup_refute', `${refute}00${hash32}${hash32}`],
  ['smart_rollup_refute', `${refute}01800100${dyn(`008001ff${hash32}02`)}`],
  ['smart_rollup_refute', `${refute}010101${dyn('aa')}00`],
  ['smart_rollup_refute', `${refute}010101${dyn('aa')}ff02`],
  ['smart_rollup_refute', `${refute}010101${dyn('aa')}ff00${level}07${dyn('bb')}`],
  ['smart_rollup_refute', `${refute}010101${dyn('aa')}ff01000003aabbcc`],
  ['smart_rollup_refute', `${refute}010101${dyn('aa')}ff0101`],
  ['smart_rollup_refute', `${refute}010101${dyn('aa')}ff0102${level}050001${dyn('dd')}`],
  ['smart_rollup_refute', `${refute}010101${dyn('aa')}ff0103`],
  ['smart_rollup_timeout', `cd${manager}${hash20}${pkh}${pkh}`],
  ['smart_rollup_execute_outbox_message', `ce${manager}${hash20}${hash32}${dyn('0300')}`],
  ['smart_rollup_recover_bond', `cf${manager}${hash20}${pkh}`],
  ['dal_publish_commitment', `e6${manager}05${'44'.repeat(48)}${'55'.repeat(96)}`],
  ['zk_rollup_origination', `fa${manager}${dyn('aa')}${dyn(`${dyn('6162')}02`)}${dyn('bb')}00000001`],
  ['zk_rollup_publish', `fb${manager}${hash20}${dyn(`${zkOperation}00`)}`],
  ['zk_rollup_publish', `fb${manager}${hash20}${dyn(`${zkOperation}01030b030b${contract}`)}`],
  [
    'zk_rollup_update',
    `fc${manager}${hash20}${dyn(`${dyn('61')}${dyn('bb')}${hash32}ff`)}${dyn(`${dyn('61')}${dyn('bb')}${hash32}`)}` +
      `${dyn('cc')}${dyn('dd')}`,
  ],
  ['signature_prefix', `ff03${hash32}`],
];

function outcome(hex: string, version: SigningVersion = 2): readonly string[] | FaultCode {
  try {
    return parseRequest(fromHex(hex), version).operations;
  } catch (error) {
    if (isFault(error)) return error.code;
    throw error;
  }
}

test('every kind of operation is read, in every form', () => {
  for (const [kind, hex] of operations) assert.deepEqual(outcome(head + hex), [kind], `${kind} ${hex}`);
  const seen = new Set(operations.map(([kind]) => kind.replace(/:.*/u, '')));
  assert.deepEqual([...seen].sort(), Object.keys(operationTags).sort());
});

test('each kind has the tag that its first byte says', () => {
  for (const [kind, hex] of operations) {
    const tag = Object.entries(operationTags).find(([name]) => name === kind.replace(/:.*/u, ''))?.[1];
    assert.equal(Number.parseInt(hex.slice(0, 2), 16), tag, kind);
  }
});

test('an operation is read to its own end: what follows is the next one, whatever it is', () => {
  for (const [kind, hex] of operations) {
    for (const [next, nextHex] of [operations[0], operations[19]] as readonly Sample[]) {
      assert.deepEqual(outcome(head + hex + nextHex), [kind, next], kind);
    }
    assert.equal(outcome(`${head}${hex}00`), 'unknown_kind', `${kind} and a zero byte`);
  }
});

test('an operation that is cut short is refused', () => {
  for (const [kind, hex] of operations) {
    for (let length = 2; length < hex.length; length += 2) {
      // New keys from before proofs existed end where the flag of the proof would stand.
      const old = newKeys.has(kind) && proofs.includes(hex.slice(length));
      const expected = old ? [kind] : 'truncated';
      assert.deepEqual(outcome(head + hex.slice(0, length)), expected, `${kind}, ${length / 2} bytes`);
    }
  }
});

test('new keys may end where the flag of their proof would stand, but only at the end of the request', () => {
  const old = `6b${manager}00${hash32}`;
  assert.deepEqual(outcome(head + old), ['reveal']);
  assert.equal(outcome(`${head}${old}6e${manager}00`), 'malformed_request');
});

test('a request without operations, and one that ends before them, is refused', () => {
  assert.equal(outcome(head), 'malformed_request');
  for (let length = 2; length < head.length; length += 2) assert.equal(outcome(head.slice(0, length)), 'truncated');
});

test('consensus operations are refused: nothing would keep their watermarks here', () => {
  const content = `${level}${round}${hash32}`;
  for (const hex of [`140000${content}`, `150000${content}`, `170000${content}01`, `28${content}`, `29${content}`]) {
    assert.equal(outcome(head + hex), 'unknown_kind');
    assert.equal(outcome(head + hex, 1), 'unknown_kind');
  }
});

test('tags that no operation has are refused', () => {
  const known: readonly number[] = Object.values(operationTags);
  for (let tag = 0; tag < 256; tag += 1) {
    if (known.includes(tag)) continue;
    assert.equal(outcome(head + toHex(Uint8Array.of(tag)) + '00'.repeat(300)), 'unknown_kind', String(tag));
  }
});

test('unknown tags inside operations are refused', () => {
  const cases = [
    `6e04${hash20}e807018f4e0000`, // the curve of a key hash
    `6b${manager}04${hash32}`, // the curve of a public key
    `6c${manager}0102${hash20}0000`, // a transaction rollup, of which none is left
    `6c${manager}01${account}ff0a${unit}`, // an entrypoint
    `06${pkh}00000001${hash32}03`, // a vote
    `${refute}02`, // a refutation
    `${refute}010102`, // a step of the game
    `${refute}010101${dyn('aa')}ff03`, // an input
    `${refute}010101${dyn('aa')}ff0104`, // a reveal
    `fb${manager}${hash20}${dyn(`${zkOperation}ff`)}`, // an option written with 1 where it is there
    `ff04${hash32}`, // a signature's scheme
  ];
  for (const hex of cases) assert.equal(outcome(head + hex), 'unknown_kind', hex);
});

test('malformed parts are refused', () => {
  const cases = [
    `6e${manager}01${pkh}`, // flags that are neither yes nor no
    `6e${manager}fe${pkh}`,
    `6e${pkh}8000018f4e0000`, // a number with a needless byte
    `6f${manager}00000003030b00`, // an expression shorter than its field
    `71${manager}0501${hash20}01`, // padding that is not 0
  ];
  for (const hex of cases) assert.equal(outcome(head + hex), 'malformed_request', hex);
});

test('a list that ends inside an item is refused', () => {
  assert.equal(outcome(`${head}05${pkh}00000001${dyn(hash32 + '33')}`), 'truncated');
  assert.equal(outcome(`${head}1e${level}${round}${hash32}${dyn('000100')}`), 'truncated');
  assert.equal(outcome(`${head}c9${manager}${dyn('00000002aa')}`), 'truncated');
});

test('transactions that manage stake are operations of their own, towards accounts alone', () => {
  for (let tag = 0; tag <= 9; tag += 1) {
    const entrypoint = tag.toString(16).padStart(2, '0');
    const expected = pseudoOperations.get(tag) ?? 'transaction';
    assert.deepEqual(outcome(`${head}6c${manager}01${account}ff${entrypoint}${unit}`), [expected]);
    assert.deepEqual(outcome(`${head}6c${manager}01${contract}ff${entrypoint}${unit}`), ['transaction']);
  }
  assert.deepEqual([...pseudoOperations.values()], ['stake', 'unstake', 'finalize_unstake', 'set_delegate_parameters']);
  // By its name instead of its tag, as no writer does it, it is an entrypoint like any other.
  assert.deepEqual(outcome(`${head}6c${manager}01${account}ffff057374616b65${unit}`), ['transaction']);
});

test('version 1 reads the operations of protocol 022', () => {
  const otherwise = new Set(['reveal', 'dal_entrapment_evidence', 'attestations_aggregate']);
  const unknown = new Set(['double_consensus_operation_evidence', 'preattestations_aggregate', 'update_companion_key']);
  for (const [kind, hex] of operations) {
    if (otherwise.has(kind)) continue;
    assert.deepEqual(outcome(head + hex, 1), unknown.has(kind) ? 'unknown_kind' : [kind], kind);
  }
  const reveal = `6b${manager}00${hash32}`;
  assert.deepEqual(outcome(`${head}${reveal}6e${manager}00`, 1), ['reveal', 'delegation']);
  assert.deepEqual(outcome(`${head}18${evidence}07${shard}`, 1), ['dal_entrapment_evidence']);
  assert.deepEqual(outcome(`${head}1f${level}${round}${hash32}${dyn('00010002')}`, 1), ['attestations_aggregate']);
});

test('the number of operations is bounded', () => {
  const delegation = { kind: 'delegation', source, delegate: null } as const;
  const batch = (count: number): string => toHex(composeBatch(Array.from({ length: count }, () => delegation)));
  assert.equal(outcome(batch(2_000)).length, 2_000);
  assert.equal(outcome(batch(2_001)), 'malformed_request');
});

test('a composed batch is read back', () => {
  const destination = 'tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN';
  const batch = composeBatch([
    { kind: 'transaction', source, destination, amount: 2n ** 63n },
    { kind: 'transaction', source, destination: source, amount: 0n, entrypoint: 8 },
    { kind: 'delegation', source, delegate: destination },
    { kind: 'delegation', source, delegate: null },
  ]);
  assert.deepEqual(parseRequest(batch, 2), {
    kind: 'generic',
    chainId: null,
    operations: ['transaction', 'finalize_unstake', 'delegation', 'delegation'],
  });
});
