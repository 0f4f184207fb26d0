import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, problemsOf } from '../../test/support/config-text.ts';
import { describeConfig } from './describe-config.ts';

/** The settings of DynamoDB, which stand behind two doors. */
const doors = [
  {
    name: 'watermark',
    path: 'watermark.config',
    of: (more: string) => `watermark: { driver: aws, config: { ${more} } }`,
  },
  {
    name: 'anti_slashing',
    path: 'anti_slashing',
    of: (more: string) => `anti_slashing: { backend: dynamodb, table: marks, ${more} }`,
  },
] as const;

for (const { name, path, of } of doors) {
  test(`${name}: a region that nobody named is asked for`, () => {
    assert.match(problemsOf(of('')).join('\n'), new RegExp(`${path}\\.region: missing; .* here or in AWS_REGION`, 'u'));
    assert.deepEqual(problemsOf(of(''), { AWS_REGION: 'us-east-1' }), []);
    assert.match(problemsOf(of('region: Frankfurt')).join('\n'), /region: .* expected the name of an AWS region/u);
  });

  test(`${name}: half a key is refused`, () => {
    for (const [half, said] of [
      ['access_key_id: a', 'access_key_id: secret_access_key is missing'],
      ['secret_access_key: a', 'secret_access_key: access_key_id is missing'],
      ['session_token: a', 'session_token: access_key_id and secret_access_key are missing'],
    ] as const) {
      const problems = problemsOf(of(`region: us-east-1, ${half}`)).join('\n');
      assert.ok(problems.includes(`${path}.${said}`), problems);
    }
  });

  test(`${name}: a table's name and an address that cannot be are refused`, () => {
    const wrong = of('region: us-east-1, endpoint: localhost:8000').replace('table: marks', 'table: t');
    const problems = problemsOf(name === 'watermark' ? wrong.replace('endpoint', 'table: t, endpoint') : wrong);
    assert.equal(problems.length, 2, problems.join('\n'));
  });

  test(`${name}: secrets are not shown, their references are`, () => {
    const keys = 'region: us-east-1, access_key_id: AKID, secret_access_key: wJalr, session_token: env:TOKEN';
    const said = describeConfig(load(of(keys)));
    assert.doesNotMatch(said, /wJalr/u);
    assert.match(said, /secret_access_key: \[secret\]/u);
    assert.match(said, /session_token: env:TOKEN/u);
    assert.match(said, /region: us-east-1/u);
  });
}

test('D-14: one table behind both doors is refused, however it is written; two are not', () => {
  const both = (table: string): string =>
    `watermark: { driver: aws, config: { region: us-east-1, table: marks } }\nvaults: { v: { driver: mem, config: [a] } }\n` +
    `anti_slashing: { backend: dynamodb, region: us-east-1, table: ${table} }`;
  assert.match(problemsOf(both('marks')).join('\n'), /marks is the table of watermark, too/u);
  assert.deepEqual(problemsOf(both('other')), []);
  const at = (one: string, other: string): string =>
    both(`marks, endpoint: '${other}'`).replace('table: marks }', `table: marks, endpoint: '${one}' }`);
  for (const [one, other] of [
    ['http://a:8000', 'http://a:8000/'],
    ['http://A', 'http://a:80'],
  ] as const) {
    assert.match(problemsOf(at(one, other)).join('\n'), /marks is the table of watermark, too/u, `${one} ${other}`);
  }
  assert.deepEqual(problemsOf(at('http://a:8000', 'http://a:8001')), []);
  const named = both("marks, endpoint: 'https://dynamodb.us-east-1.amazonaws.com'");
  assert.match(problemsOf(named).join('\n'), /marks is the table of watermark, too/u);
});

test('sharing a table with Signatory, and how it is paid for, belong to the Tezos side', () => {
  const text =
    'watermark: { driver: aws, config: { region: us-east-1, billing_mode: on_demand, shared_with_signatory: true } }';
  const { watermark } = load(text);
  assert.ok(watermark.driver === 'aws');
  assert.deepEqual([watermark.billingMode, watermark.sharedWithSignatory], ['on_demand', true]);
  assert.match(
    problemsOf('anti_slashing: { backend: aws, region: us-east-1, table: marks, billing_mode: on_demand }').join('\n'),
    /billing_mode: unknown key/u,
  );
});
