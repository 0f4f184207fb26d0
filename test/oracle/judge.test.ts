import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { type Answer, type Entry, Transcript } from './entry.ts';
import { judge } from './judge.ts';
import { messageOf } from './message.ts';

/**
 * The oracle's own trial: an honest signer is found to be honest, and each fault that is planted is found. The signer
 * here is a few lines of pure JavaScript; requests are written out, so that nothing of the program judges itself.
 */
const bls = bls12_381.longSignatures;
const secret = Buffer.alloc(32, 7);
const publicKey = Buffer.from(bls.getPublicKey(secret).toBytes()).toString('hex');
const network = '21'.repeat(32);
const otherNetwork = '22'.repeat(32);

test('an honest history has no offence', () => {
  const found = judge(
    history([
      signed(vote(10, 20)),
      { ...signed(vote(10, 20)), body: '{"sign', cut: true },
      signed(vote(10, 20)),
      signed(vote(10, 21)),
      refused(vote(9, 22)),
      refused(vote(10, 21, { fill: 2 })),
      signed(block(640)),
      refused(block(640, 2)),
      signed(block(641)),
      // Another network is another history.
      signed(vote(10, 20, { fill: 3, gvr: otherNetwork })),
      signed(randao(5)),
      refused(vote(30, 29)),
    ]),
  );
  assert.deepEqual(found, { offences: [], signatures: 7, verified: 6, refusals: 4, unjudged: 0 });
});

test('the signing root is that of the specification', () => {
  // Computed with the reference library of another client, over the same fields.
  const { signingRoot } = messageOf(vote(10, 20));
  assert.equal(signingRoot, '29c7e3ef86ed570c96fff8387a3cdbc9c108e81c5ff23190a2dd6639b41dfb7c');
  assert.equal(messageOf(block(640)).signingRoot, '8d266d305a92ccd5d055824d0a3be8c69a203b1bc394ee40fc1aa0f2258800b1');
  assert.equal(messageOf(randao(5)).signingRoot, 'da6f682f6f8f8bbba0cc56046fd290037da42171f96484b2fcc6add10d576194');
});

const planted: readonly (readonly [what: string, entries: () => readonly Part[], sentence: RegExp])[] = [
  ['a double vote', () => [signed(vote(10, 20)), signed(vote(10, 20, { fill: 2 }))], /signed two votes for target 20/u],
  [
    'a double vote with another source alone',
    () => [signed(vote(10, 20)), signed(vote(11, 20))],
    /signed two votes for target 20/u,
  ],
  [
    'a double vote under another fork',
    () => [signed(vote(10, 20)), signed(vote(10, 20, { version: '80000910' }))],
    /signed two votes for target 20/u,
  ],
  ['a surrounding vote', () => [signed(vote(10, 20)), signed(vote(9, 21))], /signed 9→21, which surrounds 10→20/u],
  ['a surrounded vote', () => [signed(vote(9, 21)), signed(vote(10, 20))], /signed 9→21, which surrounds 10→20/u],
  [
    'a surround far apart in a long history',
    () => [signed(vote(2, 9)), signed(vote(3, 4)), ...[10, 11, 12].map((target) => signed(vote(9, target)))],
    /signed 2→9, which surrounds 3→4/u,
  ],
  ['a double proposal', () => [signed(block(640)), signed(block(640, 2))], /signed two blocks for slot 640/u],
  [
    'a double vote whose second answer came as text',
    () => [signed(vote(10, 20)), { ...signed(vote(10, 20, { fill: 2 })), asText: true }],
    /signed two votes/u,
  ],
  [
    'a double vote whose second answer was cut off',
    () => [signed(vote(10, 20)), { ...signed(vote(10, 20, { fill: 2 })), body: '{"signature":"0x8', cut: true }],
    /signed two votes/u,
  ],
  [
    'a double vote under another spelling of the key',
    () => [signed(vote(10, 20)), { ...signed(vote(10, 20, { fill: 2 })), identifier: `0x${publicKey.toUpperCase()}` }],
    /signed two votes/u,
  ],
  [
    'a signature over another root',
    () => [{ ...signed(vote(10, 20)), over: vote(10, 20, { fill: 2 }) }],
    /does not verify over the root/u,
  ],
  [
    'the root that the client gave, signed unseen',
    () => [{ ...signed(vote(10, 20, { given: '0x'.padEnd(66, 'ab') })), root: 'ab'.repeat(32) }],
    /does not verify over the root/u,
  ],
  [
    'a signature of another key',
    () => [{ ...signed(vote(10, 20)), secret: Buffer.alloc(32, 8) }],
    /does not verify over the root/u,
  ],
  [
    'two signatures of one message',
    () => [signed(vote(10, 20)), { ...signed(vote(10, 20)), secret: Buffer.alloc(32, 8) }],
    /was signed twice, with two signatures/u,
  ],
  ['200 without a signature', () => [{ ...signed(vote(10, 20)), body: '"OK"' }], /answered with 200 and no signature/u],
  [
    'a signature for what nobody can read',
    () => [{ ...signed(vote(10, 20).replace('"20"', '"twenty"')), over: vote(10, 20) }],
    /nobody can read: epoch is no number/u,
  ],
  [
    'a refusal of the first vote',
    () => [refused(vote(10, 20))],
    /10→20 of 0x.*was refused with 412 without any cause/u,
  ],
  [
    'a refusal of the same vote again',
    () => [signed(vote(10, 20)), refused(vote(10, 20))],
    /was refused with 412 without any cause/u,
  ],
  [
    'a refusal of a vote that stands above all',
    () => [signed(vote(10, 20)), refused(vote(10, 21))],
    /was refused with 412 without any cause/u,
  ],
  [
    'a refusal for a vote of another network',
    () => [signed(vote(10, 20, { gvr: otherNetwork })), refused(vote(10, 19))],
    /was refused with 412 without any cause/u,
  ],
  [
    'a refusal for what was asked later',
    () => [refused(block(640)), signed(block(641))],
    /BLOCK_V2 slot 640 of 0x.*without any cause/u,
  ],
  ['a refusal of a randao reveal', () => [refused(randao(5))], /RANDAO_REVEAL of 0x.*nobody is punished for it/u],
];

for (const [what, entries, sentence] of planted) {
  test(`${what} is found`, () => {
    const { offences } = judge(history(entries()));
    assert.ok(
      offences.some((offence) => sentence.test(offence)),
      `${sentence} is not among\n${offences.join('\n')}`,
    );
  });
}

test('a cause may have been asked while the refused request was waiting, and may never have been answered', async () => {
  const transcript = new Transcript();
  const waiting = transcript.ask(publicKey, block(640), async () => {
    await transcript.ask(publicKey, block(641), async () => await Promise.reject(new Error('the signer was killed')));
    return { status: 412, body: '' };
  });
  assert.equal((await waiting)?.status, 412);
  assert.equal(transcript.entries.length, 2);
  assert.deepEqual(judge(transcript.entries).offences, []);
});

test('a sample verifies less, and still compares everything', () => {
  const entries = history([signed(vote(10, 20)), signed(vote(10, 20, { fill: 2 })), signed(vote(10, 22))]);
  const found = judge(entries, { oneOf: 2 ** 24 });
  assert.equal(found.verified, 1, 'the first one always');
  assert.equal(found.offences.length, 1);
});

interface Part {
  readonly request: string;
  readonly status: number;
  readonly identifier?: string;
  readonly secret?: Uint8Array;
  /** Whose root is signed instead. */
  readonly over?: string;
  readonly root?: string;
  /** What stands in the answer instead of a signature. */
  readonly body?: string;
  readonly asText?: boolean;
  readonly cut?: boolean;
}

function signed(request: string): Part {
  return { request, status: 200 };
}

function refused(request: string): Part {
  return { request, status: 412 };
}

function history(parts: readonly Part[]): readonly Entry[] {
  return parts.map((part, index) => ({
    identifier: part.identifier ?? `0x${publicKey}`,
    request: part.request,
    askedAt: 2 * index,
    answeredAt: 2 * index + 1,
    answer: { ...answerOf(part), cut: part.cut ?? false },
  }));
}

function answerOf(part: Part): Answer {
  const { request, status, secret: key = secret, over = request, root, body, asText = false } = part;
  if (status !== 200 || body !== undefined) return { status, body: body ?? '{"code":412}' };
  const message = bls.hash(Buffer.from(root ?? rootOf(over), 'hex'), 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_');
  const signature = `0x${Buffer.from(bls.Signature.toBytes(bls.sign(message, key))).toString('hex')}`;
  return { status, body: asText ? signature : JSON.stringify({ signature }) };
}

function rootOf(request: string): string {
  return messageOf(request).signingRoot ?? assert.fail('the oracle has no root of this');
}

interface VoteOptions {
  readonly fill?: number;
  readonly gvr?: string;
  readonly version?: string;
  readonly given?: string;
}

function vote(source: number, target: number, options: VoteOptions = {}): string {
  const { fill = 1, gvr = network, version = '70000910', given } = options;
  const attestation = {
    slot: `${target * 32}`,
    index: '0',
    beacon_block_root: hex(fill),
    source: { epoch: `${source}`, root: hex(10) },
    target: { epoch: `${target}`, root: hex(11) },
  };
  const root = given === undefined ? {} : { signingRoot: given };
  return JSON.stringify({ type: 'ATTESTATION', fork_info: forkInfo(gvr, version), ...root, attestation });
}

function block(slot: number, fill = 1): string {
  const header = {
    slot: `${slot}`,
    proposer_index: '7',
    parent_root: hex(12),
    state_root: hex(13),
    body_root: hex(fill),
  };
  const beacon = { version: 'FULU', block_header: header };
  return JSON.stringify({ type: 'BLOCK_V2', fork_info: forkInfo(network, '70000910'), beacon_block: beacon });
}

function randao(epoch: number): string {
  const reveal = { epoch: `${epoch}` };
  return JSON.stringify({ type: 'RANDAO_REVEAL', fork_info: forkInfo(network, '70000910'), randao_reveal: reveal });
}

function forkInfo(gvr: string, version: string): object {
  return {
    fork: { previous_version: '0x60000910', current_version: `0x${version}`, epoch: '4' },
    genesis_validators_root: `0x${gvr}`,
  };
}

function hex(fill: number): string {
  return `0x${fill.toString(16).padStart(2, '0').repeat(32)}`;
}
