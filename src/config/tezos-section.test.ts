import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, noticesOf, problemsOf } from '../../test/support/config-text.ts';

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

function textOf(policy: string): string {
  return `server: {}\nvaults: {v: {driver: file, config: {file: k}}}\ntezos: {${pkh}: ${policy}}`;
}

/** What a policy in YAML allows, and what is said about it. */
function read(policy: string) {
  const config = load(textOf(policy));
  const { requestKinds, operationKinds } = config.tezos.get(pkh) ?? assert.fail();
  return { kinds: [...requestKinds], operations: [...operationKinds], notices: noticesOf(config) };
}

/** The problems of a policy without their places. */
function sentencesOf(policy: string): readonly string[] {
  return problemsOf(textOf(policy)).map((line) => line.replace(/^.*?: .*?: /u, ''));
}

const before = `warn: tezos.${pkh}: `;

test('a policy without `allow` allows nothing, and says so', () => {
  const notices = [`${before}nothing may be signed, since \`allow\` is empty or absent`];
  for (const policy of ['{}', '{allow: }', '{allow: {}}', '{log_payloads: true}']) {
    assert.deepEqual(read(policy), { kinds: [], operations: [], notices }, policy);
  }
});

test('old names of kinds are read as what they are called today', () => {
  assert.deepEqual(read('{allow: {endorsement: , preendorsement: , attestation: }}'), {
    kinds: ['attestation', 'preattestation'],
    operations: [],
    notices: [
      `${before}\`endorsement\` is an old name, read as \`attestation\`; write that`,
      `${before}\`preendorsement\` is an old name, read as \`preattestation\`; write that`,
    ],
  });
});

test('the two old lists are read, and the new form is shown', () => {
  assert.deepEqual(read('{allowed_operations: [generic, block, endorsement], allowed_kinds: [transaction, ballot]}'), {
    kinds: ['generic', 'block', 'attestation'],
    operations: ['transaction', 'ballot'],
    notices: [
      `${before}\`endorsement\` is an old name, read as \`attestation\`; write that`,
      `${before}\`allowed_operations\` and \`allowed_kinds\` are deprecated; write instead:\n` +
        '  allow:\n    generic: [transaction, ballot]\n    block:\n    attestation:',
    ],
  });
  assert.deepEqual(read('{allowed_kinds: [transaction]}').kinds, []);
  const both = read('{allow: {block: }, allowed_operations: [generic], allowed_kinds: []}');
  assert.deepEqual(both.kinds, ['block']);
  assert.deepEqual(both.notices, [
    `${before}\`allowed_operations\` and \`allowed_kinds\` have no effect beside \`allow\`; remove them`,
  ]);
});

test('the new form that is shown means the same as the old lists', () => {
  const shown = read('{allowed_operations: [generic, block, pack], allowed_kinds: [transaction, reveal]}');
  const yaml = shown.notices[0]?.split('write instead:\n')[1] ?? '';
  const { tezos } = load(`tezos:\n ${pkh}:\n${yaml}`);
  assert.deepEqual([...(tezos.get(pkh)?.requestKinds ?? [])].sort(), shown.kinds.toSorted());
  assert.deepEqual([...(tezos.get(pkh)?.operationKinds ?? [])], shown.operations);
});

test('kinds that do not exist stop the start, in the words of Signatory', () => {
  assert.deepEqual(sentencesOf('{allow: {bake: }}'), [
    'invalid request kind `bake` in `allow` list; known here: block, preattestation, ' +
      'attestation, attestation_with_dal, generic, pack, endorsement, preendorsement',
  ]);
  assert.deepEqual(sentencesOf('{allow: {generic: [attestation, endorsement]}}'), [
    'invalid operation kind `attestation` in `allow.generic` list',
    'invalid operation kind `endorsement` in `allow.generic` list',
  ]);
  const renamed = '; it is called double_consensus_operation_evidence today';
  for (const old of [
    'double_endorsement_evidence',
    'double_attestation_evidence',
    'double_preendorsement_evidence',
    'double_preattestation_evidence',
  ]) {
    assert.deepEqual(sentencesOf(`{allow: {generic: [${old}]}}`), [
      `invalid operation kind \`${old}\` in \`allow.generic\` list${renamed}`,
    ]);
  }
  assert.deepEqual(sentencesOf('{allowed_operations: [blok]}'), [
    'invalid request kind `blok` in `allowed_operations` list; did you mean block?',
  ]);
  assert.deepEqual(sentencesOf('{allowed_kinds: [block]}'), ['invalid operation kind `block` in `allowed_kinds` list']);
  assert.deepEqual(sentencesOf('{allow: {block: [transaction]}}'), [
    'found the text "transaction"; expected an empty list or none, since only generic has kinds of operation',
  ]);
});

test('what has no effect is mentioned', () => {
  assert.deepEqual(read('{allow: {generic: }}').notices, [
    `${before}\`generic\` is allowed, but no operation is: list their kinds after \`generic:\``,
  ]);
  assert.deepEqual(read('{allow: {block: }, allow_proof_of_possession: true}').notices, [
    `${before}proof of possession is not supported for ${pkh}`,
  ]);
});
