import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roomsTable } from './architecture.ts';
import { projectOf } from './project.ts';
import { rooms, sleepsInTests } from './rooms.ts';
import { codeOf, importsOf } from './scan.ts';
import { findingsOf } from './tidy.ts';

/** A house in order: a file in each room, all of them loaded by the program. */
const house: Readonly<Record<string, string>> = {
  ...Object.fromEntries(rooms.map(({ name }) => [`src/${name}/thing.ts`, 'export const thing = 1;\n'])),
  'src/base/commit-queue.ts': 'export async function wait(): Promise<void> {}\n',
  'src/protection/mark.ts': 'export const mark = 1;\n',
  'src/main/cli.ts': [
    "import { mark } from '../protection/mark.ts';",
    "import { wait } from '../base/commit-queue.ts';",
    ...rooms.map(({ name }) => `import { thing } from '../${name}/thing.ts';`),
  ].join('\n'),
  ...Object.fromEntries(Object.keys(sleepsInTests).map((path) => [path, ''])),
  'ARCHITECTURE.md': `# The house\n\n${roomsTable()}\n`,
  'package.json': '{ "dependencies": { "zod": "4.6.7" } }',
  'docs/adr/0001-a.md': '# A\n\nWe use `zod`.\n',
};

test('a house in order has no findings', () => {
  assert.deepEqual(findings({}), []);
});

const signing = "import { thing } from '../signing/thing.ts';";
const unused = 'export const other = 1;\n';

const faults: readonly (readonly [what: string, change: Record<string, string | null>, finding: string])[] = [
  ['a door that is not listed', { 'src/tezos/thing.ts': signing }, 'src/tezos/thing.ts: tezos has no door to signing'],
  [
    'a door for a type',
    { 'src/base/thing.ts': "import type { Mark } from '../protection/mark.ts';" },
    'src/base/thing.ts: base has no door to protection',
  ],
  [
    'a door by re-export',
    { 'src/base/thing.ts': "export * from '../crypto/thing.ts';" },
    'src/base/thing.ts: base has no door to crypto',
  ],
  [
    'a door by dynamic import',
    { 'src/crypto/thing.ts': "export const more = () => import('../keys/thing.ts');" },
    'src/crypto/thing.ts: crypto has no door to keys',
  ],
  [
    'a door to another store',
    { 'src/stores/file/thing.ts': "import { thing } from '../memory/thing.ts';" },
    'src/stores/file/thing.ts: stores/file has no door to stores/memory',
  ],
  [
    'a door of a test',
    { 'src/base/thing.test.ts': "import { thing } from '../http/thing.ts';" },
    'src/base/thing.test.ts: base has no door to http',
  ],
  [
    'an import whose name is computed',
    { 'src/http/thing.ts': 'export const more = (name: string) => import(name);' },
    'src/http/thing.ts:1: an import names what it imports',
  ],
  [
    'a package of another room',
    { 'src/keys/thing.ts': "import { z } from 'zod';" },
    'src/keys/thing.ts: keys may not import zod',
  ],
  [
    'a file of a package',
    { 'src/keys/thing.ts': "import { p256 } from '@noble/curves/nist.js';" },
    'src/keys/thing.ts: keys may not import @noble/curves',
  ],
  [
    'a part of Node',
    { 'src/signing/thing.ts': "import { readFileSync } from 'node:fs';" },
    'src/signing/thing.ts: signing may not import node:fs',
  ],
  [
    'a test that the program imports',
    { 'src/keys/thing.ts': "import { faults } from '../../test/faults.ts';" },
    'src/keys/thing.ts: only tests may import tests',
  ],
  [
    'a test that another imports',
    { 'src/keys/a.test.ts': "import { b } from './b.test.ts';", 'src/keys/b.test.ts': unused },
    'src/keys/a.test.ts: nothing imports a test',
  ],
  [
    'an oracle that borrows from what it judges',
    { 'test/oracle/a.ts': "import { thing } from '../../src/base/thing.ts';" },
    'test/oracle/a.ts: the oracle stands alone; it may not import ../../src/base/thing.ts',
  ],
  [
    'an oracle that borrows from other tests',
    { 'test/oracle/a.ts': "import { bytes } from '../support/thing.ts';" },
    'test/oracle/a.ts: the oracle stands alone; it may not import ../support/thing.ts',
  ],
  [
    'an oracle that borrows a library of the program',
    { 'test/oracle/a.ts': "import { verify } from '@chainsafe/blst';" },
    'test/oracle/a.ts: the oracle stands alone; it may not import @chainsafe/blst',
  ],
  ['a file outside of every room', { 'src/thing.ts': unused }, 'src/thing.ts: stands in no room of test/tidy/rooms.ts'],
  ['a row without a room', { 'src/http/thing.ts': null }, 'test/tidy/rooms.ts: there is no room http'],
  ['a dead file', { 'src/keys/other.ts': unused }, 'src/keys/other.ts: the program never loads it'],
  [
    'a file that only its test loads',
    { 'src/keys/other.ts': unused, 'src/keys/other.test.ts': "import { other } from './other.ts';" },
    'src/keys/other.ts: the program never loads it',
  ],
  [
    'a second taker of the mint',
    { 'src/keys/thing.ts': "import { takeMint } from '../protection/permit.ts';" },
    'src/keys/thing.ts:1: only the guard may take the right to make permits',
  ],
  [
    'a clock in a pure room',
    { 'src/tezos/thing.ts': '\nexport const now = () => Date.now();' },
    'src/tezos/thing.ts:2: a pure file may not use Date.now',
  ],
  [
    'a clock inside a template',
    { 'src/tezos/thing.ts': 'export const now = () => `${new Date()}`;' },
    'src/tezos/thing.ts:1: a pure file may not use new Date',
  ],
  [
    'chance in a pure room',
    { 'src/policy/thing.ts': 'export const luck = Math.random();' },
    'src/policy/thing.ts:1: a pure file may not use Math.random',
  ],
  [
    'random bytes in a pure room',
    { 'src/tezos/thing.ts': "import { randomBytes } from 'node:crypto';" },
    'src/tezos/thing.ts:1: a pure file may not use randomBytes',
  ],
  [
    'the environment in a pure room',
    { 'src/base/thing.ts': "export const debug = process.env['DEBUG'];" },
    'src/base/thing.ts:1: a pure file may not use process',
  ],
  [
    'waiting in a pure file of another room',
    { 'src/protection/mark.ts': 'export async function mark() {}' },
    'src/protection/mark.ts:1: a pure file may not use async',
  ],
  [
    'an excuse from purity without a file',
    { 'src/base/commit-queue.ts': null },
    'test/tidy/rooms.ts: src/base/commit-queue.ts is excused from purity, but it does not exist',
  ],
  [
    'a long line',
    { 'src/keys/thing.ts': `// ${'x'.repeat(118)}` },
    'src/keys/thing.ts:1: a line has at most 120 columns',
  ],
  [
    'a note to finish later',
    { 'test/thing.ts': `// ${spelt('TO', 'DO')}: later` },
    `test/thing.ts:1: finish it, or open an issue: ${spelt('TO', 'DO')}`,
  ],
  [
    'a test that is skipped',
    { 'src/keys/a.test.ts': spelt('it', ".skip('a');") },
    `src/keys/a.test.ts:1: every test runs: ${spelt('it', '.skip')}`,
  ],
  [
    'a test that runs alone',
    { 'test/a.test.ts': spelt('test', ".only('a');") },
    `test/a.test.ts:1: every test runs: ${spelt('test', '.only')}`,
  ],
  [
    'a test that sleeps',
    { 'test/a.test.ts': 'await new Promise((done) => setTimeout(done, 50));' },
    'test/a.test.ts:1: a test waits for what it expects, not for time; where it must, test/tidy/rooms.ts says why',
  ],
  [
    'a test that sleeps by promise',
    { 'test/a.test.ts': `import { setTimeout as sleep } from '${spelt('node:timers', '/promises')}';` },
    'test/a.test.ts: a test waits for what it expects, not for time; where it must, test/tidy/rooms.ts says why',
  ],
  [
    'a folder of this machine',
    { 'README.md': `# Start\n\ncd ${spelt('/ho', 'me/me/tidemark')}` },
    `README.md:3: names a folder of one machine: ${spelt('/ho', 'me/me/t')}`,
  ],
  [
    'the host of a registry',
    { '.npmrc': spelt('https:', '//registry.example.org') },
    '.npmrc:1: names the host of a package registry',
  ],
  [
    'a lock file that names hosts',
    { 'package-lock.json': spelt('{ "packages": {}, "resolved": ', '"https://example.org/a.tgz" }') },
    'package-lock.json:1: the lock file names where a package came from',
  ],
  [
    'a dependency without a reason',
    { 'package.json': '{ "devDependencies": { "left-pad": "1.0.0" } }' },
    'package.json: no record in docs/adr says why left-pad',
  ],
  [
    'a dependency without an exact version',
    { 'package.json': '{ "dependencies": { "zod": "^4.6.7" } }' },
    'package.json: zod wants an exact version, not ^4.6.7',
  ],
  [
    'a lock file without the package of another platform',
    {
      'package-lock.json': JSON.stringify({
        packages: {
          'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' } },
          'node_modules/a-linux': {},
        },
      }),
    },
    'package-lock.json: node_modules/a wants a-darwin, which is not there; npm ci will refuse',
  ],
  [
    'an excuse to sleep without a file',
    Object.fromEntries(Object.keys(sleepsInTests).map((path) => [path, null])),
    `test/tidy/rooms.ts: ${Object.keys(sleepsInTests)[0]} may sleep, but it does not exist`,
  ],
  ['a page with two titles', { 'docs/a.md': '# A\n\n# B\n' }, 'docs/a.md: a page has one title, not 2'],
  ['a page without a title', { 'docs/a.md': '```sh\n# comment\n```\n' }, 'docs/a.md: a page has one title, not 0'],
];

for (const [what, change, finding] of faults) {
  test(`${what} is found`, () => {
    const found = findings(change);
    assert.ok(found.includes(finding), `${finding}\nis not among\n${found.join('\n')}`);
  });
}

test('a sentence in quotes may be as long as it must', () => {
  const lines = ["'", '"', '`'].map((quote, index) => {
    return `export const text${index} = ${quote}${'word '.repeat(30)}${quote};`;
  });
  assert.deepEqual(findings({ 'src/keys/thing.ts': lines.join('\n') }), []);
});

test('a unit test may use the memory store, and a deadline is no sleep', () => {
  const test = "import { thing } from '../stores/memory/thing.ts';\nsetTimeout(() => reject(late), 50);";
  assert.deepEqual(findings({ 'src/keys/thing.test.ts': test }), []);
});

test('a table of rooms that has drifted is found', () => {
  const [found] = findings({ 'ARCHITECTURE.md': `# The house\n\n${roomsTable().replace('| no |', '| yes |')}` });
  assert.match(found ?? '', /^ARCHITECTURE\.md: its table of rooms is not that of/u);
});

test('what stands in comments, strings and regular expressions is no code', () => {
  const text = "// Date.now\n/* a\nb */ const a = 'process'; const b = /\\/'fetch/u; const c = \"it's\"; f(b);";
  assert.equal(codeOf(text), "           \n    \n     const a = ''; const b = ''; const c = ''; f(b);");
});

test('a division is no regular expression', () => {
  assert.equal(codeOf("const a = b / c; const d = 'x' / e;"), "const a = b / c; const d = '' / e;");
});

test('every form of import is seen, and nothing else', () => {
  const text = [
    "import 'a';",
    "import { b } from 'b';",
    "import {\n  type C,\n} from 'c';",
    "export { d } from 'd';",
    "const e = await import('e');",
    "new Worker(new URL('./f.js', import.meta.url));",
    "Buffer.from('not this', 'hex');",
    "command('import').option('--from', 'not this');",
    "// import 'nor this'",
    "new URL('http://nor.this');",
  ].join('\n');
  assert.deepEqual(importsOf(text), ['a', 'b', 'c', 'd', 'e', './f.js']);
});

/** A text that this file, which tidy reads too, must not hold in one piece. */
function spelt(...parts: readonly string[]): string {
  return parts.join('');
}

/** The findings of the house after a change; null removes a file. */
function findings(change: Readonly<Record<string, string | null>>): string[] {
  const files = Object.entries({ ...house, ...change });
  return findingsOf(projectOf(files.flatMap(([path, text]) => (text === null ? [] : [{ path, text }]))));
}
