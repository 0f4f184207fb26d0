import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { isFault } from '../base/fault.ts';
import { describeConfig } from './describe-config.ts';
import { loadConfig } from './load-config.ts';

const url = 'postgres://signer:s3cret@db.example:5433/marks';

function load(text: string, env: Record<string, string> = {}) {
  return loadConfig({ file: 't.yaml', text, env });
}

function faultOf(text: string): string {
  return refusalOf(() => load(text));
}

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert(isFault(error, 'config_invalid'));
    return error.message;
  }
  return '';
}

test('both doors take a Postgres store, each with a schema of its own', () => {
  const config = load(`
watermark: {driver: postgres, config: {url: 'env:MARKS', pool_size: 8, schema: baker}}
anti_slashing: {backend: postgres, url: '${url}', password: 'file:/etc/password', force_ipv4: true}
`);
  assert.equal(config.watermark.driver, 'postgres');
  assert('postgres' in config.watermark && config.ethereum !== null && 'postgres' in config.ethereum.antiSlashing);
  const [tezos, ethereum] = [config.watermark.postgres, config.ethereum.antiSlashing.postgres];
  assert.equal(tezos.url.reference, 'env:MARKS');
  assert.deepEqual([tezos.schema, tezos.poolSize, tezos.forceIpv4], ['baker', 8, false]);
  assert.equal(ethereum.password?.reference, 'file:/etc/password');
  assert.deepEqual(
    [ethereum.schema, ethereum.poolSize, ethereum.forceIpv4, ethereum.sessionPool, ethereum.failover],
    ['tidemark_ethereum', 64, true, null, 'stop'],
  );
  const plain = load(`watermark: {driver: postgres, config: {url: 'env:MARKS'}}`);
  assert('postgres' in plain.watermark);
  assert.equal(plain.watermark.postgres.schema, 'tidemark_tezos');
});

test('the URL may come from the environment, as Containment Chamber has it', () => {
  const env = { TIDEMARK_ANTI_SLASHING__BACKEND: 'postgres', TIDEMARK_ANTI_SLASHING__URL: url };
  const { ethereum } = load('', env);
  assert(ethereum !== null && 'postgres' in ethereum.antiSlashing);
  assert.equal(ethereum.antiSlashing.postgres.url.reference, '[secret]');
});

test('P-14: what is shown of a Postgres store holds neither its URL nor its password', () => {
  const text = `anti_slashing: {backend: postgres, url: '${url}', pool_size: 3}`;
  const shown = describeConfig(load(text));
  assert.match(shown, /^anti_slashing\.url: \[secret\]/mu);
  assert.match(shown, /^anti_slashing\.pool_size: 3/mu);
  const all = `${shown}${inspect(load(text), { depth: null })}${faultOf(text.replace('3}', '2}'))}${faultOf(`${text}x`)}`;
  assert.doesNotMatch(all, /s3cret|db\.example/u);
});

test('what does not fit is named', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['anti_slashing: {backend: postgres}', /anti_slashing\.url: is missing; expected postgres:\/\/user@host/u],
    [
      `anti_slashing: {backend: postgres, url: '${url}', pool_size: 2}`,
      /pool_size: .* expected a number of connections from 3 to 1000/u,
    ],
    [
      `anti_slashing: {backend: postgres, url: '${url}', schema: 'My-Marks'}`,
      /schema: .* expected a name of up to 63 lower-case letters/u,
    ],
    [
      `anti_slashing: {backend: postgres, url: '${url}', password: hunter2}`,
      /password: .* expected env:NAME or file:PATH/u,
    ],
    [
      `anti_slashing: {backend: postgres, url: '${url}', failover: maybe}`,
      /failover: found the text "maybe"; expected stop or go_on/u,
    ],
    [
      `anti_slashing: {backend: postgres, url: '${url}', accept_server: yes please}`,
      /accept_server: .* expected what/u,
    ],
    [`anti_slashing: {backend: postgres, url: '${url}', path: /m}`, /path: unknown key/u],
    ['watermark: {driver: postgres}', /watermark\.config: is missing/u],
  ];
  for (const [text, expected] of cases) assert.match(faultOf(text), expected, text);
});

test('the marks of both chains do not share a schema of one database', () => {
  const both = (tezos: string, ethereum: string) =>
    `watermark: {driver: postgres, config: {url: '${tezos}', schema: marks}}
anti_slashing: {backend: postgres, url: '${ethereum}', schema: marks}`;
  assert.match(faultOf(both(url, url)), /anti_slashing\.schema: marks is the schema of watermark, too/u);
  assert.match(faultOf(both('env:MARKS', 'env:MARKS')), /the schema of watermark, too/u);
  assert.equal(faultOf(both(url, `${url}2`)), '');
  assert.equal(
    faultOf(`watermark: {driver: postgres, config: {url: '${url}'}}
anti_slashing: {backend: postgres, url: '${url}'}`),
    '',
  );
});

test('a URL that stands in the configuration keeps it from other users', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-config-'));
  const file = join(folder, 't.yaml');
  const refusal = (text: string, mode: number): string => {
    writeFileSync(file, text);
    chmodSync(file, mode);
    return refusalOf(() => loadConfig({ file, env: {} }));
  };
  const text = `anti_slashing: {backend: postgres, url: '${url}'}`;
  assert.match(refusal(text, 0o644), /anti_slashing\.url: the URL of a database stands here/u);
  assert.equal(refusal(text, 0o640), '');
  assert.equal(refusal("anti_slashing: {backend: postgres, url: 'env:MARKS'}", 0o644), '');
  const tezos = `watermark: {driver: postgres, config: {url: '${url}'}}`;
  assert.match(refusal(tezos, 0o644), /watermark\.config\.url: the URL of a database/u);
  rmSync(folder, { recursive: true });
});
