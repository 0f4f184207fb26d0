import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isFault } from '../base/fault.ts';
import { readNetworkFile } from './network-file.ts';

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-network-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'mine.yaml');
}

function faultOf(path: string): string {
  try {
    readNetworkFile(path);
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message;
  }
  return assert.fail('nothing was thrown');
}

test('values are read as the text that stands there, to the last digit', (t) => {
  const path = scratch(t);
  writeFileSync(
    path,
    `# Extends the mainnet preset
PRESET_BASE: 'mainnet'
CONFIG_NAME: "devnet-3" # a name

GENESIS_FORK_VERSION: 0x10000038
ALTAIR_FORK_EPOCH: 18446744073709551615
TERMINAL_TOTAL_DIFFICULTY: 115792089237316195423570985008687907853269984665640564039457584007913129638912
MIN_GENESIS_TIME: 0123
RATIO: 1e3
YES: no
BLOB_SCHEDULE:
  - EPOCH: 412672
    MAX_BLOBS_PER_BLOCK: 15
NESTED: {A: 1}
`,
  );
  assert.deepEqual(readNetworkFile(path), {
    PRESET_BASE: 'mainnet',
    CONFIG_NAME: 'devnet-3',
    GENESIS_FORK_VERSION: '0x10000038',
    ALTAIR_FORK_EPOCH: '18446744073709551615',
    TERMINAL_TOTAL_DIFFICULTY: '115792089237316195423570985008687907853269984665640564039457584007913129638912',
    MIN_GENESIS_TIME: '0123',
    RATIO: '1e3',
    YES: 'no',
  });
  writeFileSync(path, '');
  assert.deepEqual(readNetworkFile(path), {});
});

test('what has no value, stands twice or is no YAML is named with its line', (t) => {
  const path = scratch(t);
  const twice = `is here a second time; it stands at ${path}:1 already`;
  const empty = 'has no value; give it one or remove it';
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['A: 1\nB: 2\nA: 1', [`3:1: A: ${twice}`]],
    ['A:\nB: ""\nC: ~\nD: null', [`1:1: A: ${empty}`, `2:1: B: ${empty}`, `3:1: C: ${empty}`, `4:1: D: ${empty}`]],
    ['L:\n  - {A: 1, A: 2}', [`2:12: L[0].A: is here a second time; it stands at ${path}:2 already`]],
    ['A: &x 1', ['1:7: A: anchors (&name) are not understood; remove it']],
    ['A: !!binary aGk=', ['1:13: A: tags (!name) are not understood; remove it']],
    ['A: 1\n---\nB: 2', ['2:1: a second document (---) begins here; a configuration is one document']],
    ['just text', ['1:1: found no `key: value` at the top of the file; is it the right file?']],
    ['__proto__: 1', ['1:1: this cannot be the name of a setting']],
    ['A:\n\tB: 1', ['2:1: a tab stands at the beginning of this line; YAML wants spaces']],
  ];
  for (const [text, problems] of cases) {
    writeFileSync(path, text);
    const lines = faultOf(path).split('\n  ').slice(1);
    assert.deepEqual(
      lines,
      problems.map((each) => `${path}:${each}`),
      text,
    );
  }
});

test('a file that is missing, too large, no text or open to all is refused', (t) => {
  const path = scratch(t);
  assert.equal(faultOf(path), `the network file ${path} does not exist; create it, or correct network`);
  writeFileSync(path, Uint8Array.of(0x41, 0x3a, 0x20, 0xff));
  assert.equal(faultOf(path), `the network file ${path} is not UTF-8 text`);
  writeFileSync(path, `# ${'x'.repeat(256 * 1024)}`);
  assert.equal(faultOf(path), `the network file ${path} is larger than 256 KiB; is it the right file?`);
  writeFileSync(path, 'A: 1');
  chmodSync(path, 0o666);
  assert.match(faultOf(path), /has mode 0666: every user of this machine can change it; set it to 0644 or stricter$/u);
});
