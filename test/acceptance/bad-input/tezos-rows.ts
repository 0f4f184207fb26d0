import assert from 'node:assert/strict';
import { type BatchOperation, composeAttestation, composeBatch, composeBlock } from '../../../src/tezos/compose.ts';
import { attestation, chainId } from '../../support/attestations.ts';
import { sampleKey } from '../../support/setup.ts';
import { replyOf } from './reply.ts';
import type { Row, Target } from './row.ts';

const otherChain = 'NetXxkAx4woPLyu';

/** A request of these bytes for the key that may sign anything. */
function asks(row: Omit<Row, 'send'>, message: (target: Target) => Uint8Array): Row {
  return { ...row, send: async (target) => replyOf(await target.signer.sign(target.key.pkh, message(target))) };
}

function bad(row: number, input: string, code: string, message: (target: Target) => Uint8Array): Row {
  return asks({ row, input, status: 400, code }, message);
}

/** A change of some bytes of a good request. */
function patched(message: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(message);
  copy.set(bytes, at);
  return copy;
}

function hash(row: number, input: string, spoil: (pkh: string) => string): Row {
  const send = async ({ signer, key }: Target) => replyOf(await signer.sign(spoil(key.pkh), attestation(1)));
  return { row, input, status: 400, code: 'base58check', send };
}

const block = composeBlock({ chainId, level: 50, round: 0 });

const hashes: readonly Row[] = [
  hash(66, 'a key hash with a bad checksum', (pkh) => pkh.slice(0, -1) + (pkh.endsWith('a') ? 'b' : 'a')),
  hash(66, 'a key hash with another prefix', (pkh) => `tz9${pkh.slice(3)}`),
  hash(66, 'a key hash one character short', (pkh) => pkh.slice(0, -1)),
  hash(66, 'a key hash with l', (pkh) => `${pkh.slice(0, 10)}l${pkh.slice(11)}`),
  hash(66, 'a key hash with 0', (pkh) => `${pkh.slice(0, 10)}0${pkh.slice(11)}`),
  {
    row: 66,
    input: 'a key that is not configured',
    status: 403,
    code: 'policy_not_listed',
    overruled: 'Signatory asks the policy before the vaults',
    send: async ({ signer }) => replyOf(await signer.sign(sampleKey('ed25519').pkh, attestation(1))),
  },
  {
    row: 66,
    input: 'a configured key that is in no vault',
    status: 404,
    code: 'key_not_found',
    send: async ({ signer, missingPkh }) => replyOf(await signer.sign(missingPkh, attestation(1))),
  },
];

const bytes: readonly Row[] = [
  ...[0x00, 0x01, 0x02, 0x04, 0x10, 0x14, 0xff].map((magic) =>
    bad(67, `first byte ${magic}`, 'unknown_kind', () => patched(attestation(50), 0, [magic])),
  ),
  asks({ row: 67, input: 'packed data, which the policy does not name', status: 403, code: 'policy_kind' }, () =>
    Uint8Array.of(0x05, 0x00, 0x2a),
  ),
  bad(68, 'a byte after an attestation', 'trailing_bytes', () => Uint8Array.of(...attestation(50), 0)),
  bad(68, 'a byte after a block', 'trailing_bytes', () => Uint8Array.of(...block, 0)),
  bad(69, 'level -1', 'number_range', () => attestation(-1)),
  bad(69, 'round -1', 'number_range', () => attestation(50, 1, -1)),
  bad(69, 'a block of level -1', 'number_range', () => composeBlock({ chainId, level: -1, round: 0 })),
  bad(70, 'a fitness longer than the block', 'malformed_request', () => patched(block, 83, [0, 0, 0xff, 0xff])),
  bad(70, 'a fitness shorter than it is', 'malformed_request', () => patched(block, 83, [0, 0, 0, 32])),
  bad(70, 'a fitness cut off', 'truncated', () => block.subarray(0, 100)),
  bad(78, 'an operation of an unknown tag', 'unknown_kind', () => Uint8Array.of(3, ...new Uint8Array(32), 0xf0)),
  bad(78, 'a batch that ends in the middle', 'truncated', ({ key }) =>
    composeBatch([transfer(key.pkh)]).subarray(0, -3),
  ),
  bad(78, 'a request without operations', 'malformed_request', () => Uint8Array.of(3, ...new Uint8Array(32))),
  bad(81, 'two contents in one attestation', 'trailing_bytes', () =>
    Uint8Array.of(...attestation(50), ...attestation(50).subarray(37)),
  ),
];

const policies: readonly Row[] = [
  {
    row: 71,
    input: 'a chain that is not allowed',
    status: 403,
    code: 'policy_chain',
    send: async ({ signer, strictKey }) =>
      replyOf(await signer.sign(strictKey.pkh, composeAttestation({ chainId: otherChain, level: 50, round: 0 }))),
  },
  {
    row: 76,
    input: 'a transfer by a key for consensus',
    status: 403,
    code: 'policy_kind',
    send: async ({ signer, strictKey }) =>
      replyOf(await signer.sign(strictKey.pkh, composeBatch([transfer(strictKey.pkh)]))),
  },
  asks(
    { row: 77, input: '500 operations of which the last is not allowed', status: 403, code: 'policy_operation' },
    ({ key }) => {
      const stake: BatchOperation = { ...transfer(key.pkh), entrypoint: 6 };
      return composeBatch([...Array.from({ length: 499 }, () => transfer(key.pkh)), stake]);
    },
  ),
];

/** What follows one another on lanes of their own, so that each row starts from a known mark. */
const marks: readonly Row[] = [
  sequence({ row: 72, input: 'another payload at the same level and round', status: 409, code: 'double_vote' }, [
    attestation(1000),
    attestation(1000, 2),
  ]),
  sequence({ row: 73, input: 'a lower level', status: 409, code: 'below_mark' }, [
    attestation(2000),
    attestation(1999),
  ]),
  sequence({ row: 73, input: 'a lower round', status: 409, code: 'below_mark' }, [
    attestation(3000, 1, 2),
    attestation(3000, 1, 1),
  ]),
  sequence({ row: 74, input: 'a proposal made again at a higher round', status: 200, code: null }, [
    blockAt(4000, 0, 0),
    blockAt(4000, 1, 0),
  ]),
  sequence({ row: 75, input: 'a block after the attestation of its level', status: 200, code: null }, [
    attestation(5000),
    blockAt(5000, 0, 0),
  ]),
  {
    row: 80,
    input: 'a jump of a million levels',
    status: 400,
    code: 'beyond_future_bound',
    send: async ({ signer, key }) => {
      assert.equal((await signer.sign(key.pkh, attestation(6000))).status, 200);
      return replyOf(await signer.sign(key.pkh, attestation(1_006_000)));
    },
  },
];

function blockAt(level: number, round: number, payloadRound: number): Uint8Array {
  return composeBlock({ chainId, level, round, payloadRound });
}

/** All but the last message are signed; the last one is the row's. */
function sequence(row: Omit<Row, 'send'>, messages: readonly Uint8Array[]): Row {
  const send = async ({ signer, key }: Target) => {
    for (const message of messages.slice(0, -1)) assert.equal((await signer.sign(key.pkh, message)).status, 200);
    return replyOf(await signer.sign(key.pkh, messages.at(-1) ?? new Uint8Array()));
  };
  return { ...row, send };
}

function transfer(pkh: string): Extract<BatchOperation, { kind: 'transaction' }> {
  return { kind: 'transaction', source: pkh, destination: pkh, amount: 1n };
}

const emptyString: Row = {
  row: 65,
  input: 'an empty string',
  status: 400,
  code: 'truncated',
  send: async ({ signer, key }) => replyOf(await signer.post(`/keys/${key.pkh}`, '""')),
};

export const tezosRows: readonly Row[] = [emptyString, ...hashes, ...bytes, ...policies, ...marks];
