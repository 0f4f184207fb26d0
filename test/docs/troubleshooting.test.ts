import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPage, root, type Section, sectionOf } from './page.ts';
import { symptoms } from './seed-symptoms.ts';

/** An operator who meets an error at night finds it, and a command to begin with. */
const page = readPage('docs/troubleshooting.md');

for (const { what, anchor, texts } of symptoms) {
  test(`the pages of Signatory: ${what}`, () => {
    const entry = sectionOf(page, anchor);
    const text = entry.text.replaceAll(/\s+/gu, ' ');
    assert.deepEqual(
      texts.filter((each) => !`${entry.title} ${text}`.includes(each)),
      [],
    );
    assert.ok(hasCommand(entry), 'the entry names a command');
  });
}

test('each code that a client or an operator meets has an entry of its own', () => {
  const own = [
    ...codesOf('ForeignCode'),
    ...codesOf('StoreCode'),
    ...codesOf('StartCode'),
    ...codesOf('ServiceCode'),
    ...answerCodes(),
  ];
  assert.ok(own.length > 20);
  assert.deepEqual(own.flatMap(withoutEntry), []);
});

test('each code of a request that cannot be read has an entry, or a place in the table of those', () => {
  const table = sectionOf(page, 'a-request-that-cannot-be-read').text;
  const codes = [...codesOf('InputCode'), ...codesOf('TransportCode')];
  assert.ok(codes.length > 20);
  assert.deepEqual(codes.filter((code) => !table.includes(`\`${code}\``)).flatMap(withoutEntry), []);
});

test('a code without an entry is found', () => {
  assert.deepEqual(withoutEntry('store_enchanted'), ['store_enchanted: no entry']);
});

test('each entry names a command', () => {
  const entries = page.sections.filter(({ level }) => level === 3);
  assert.deepEqual(
    entries.filter((entry) => !hasCommand(entry)).map(({ title }) => title),
    [],
  );
});

test('each reason that DynamoDB can have has its row', () => {
  const reasons = [...quoted(/type Reason =([\s\S]+?);/u, 'src/stores/dynamodb/failure.ts')];
  const rows = sectionOf(page, 'dynamodb').text.matchAll(/^\| `(\w+)` \|/gmu);
  const found = [...rows].map(([, reason = '']) => reason);
  assert.deepEqual(found.toSorted(), reasons.toSorted());
});

/** The members of one union of codes in `src/base/fault.ts`. */
function codesOf(union: string): readonly string[] {
  return quoted(new RegExp(`type ${union} =([^;]+);`, 'u'), 'src/base/fault.ts');
}

/** Codes of the header `tidemark-error` that are no faults: denials, conflicts, and what is not there. */
function answerCodes(): readonly string[] {
  const denials = quoted(/interface PolicyDenial \{[\s\S]*?code: ([^;]+);/u, 'src/policy/tezos-policy.ts');
  const reasons = quoted(/type RefusalReason =([\s\S]+?);/u, 'src/protection/mark.ts');
  const conflicts = reasons.filter((code) => code !== notYet);
  const others = ['repeat', 'key_not_found', 'keys_loading', 'no_route'];
  return [...denials.map((code) => `policy_${code}`), ...conflicts, ...others];
}

/** No command closes a lane yet. */
const notYet = 'closed';

function quoted(pattern: RegExp, path: string): readonly string[] {
  const [, found = ''] = pattern.exec(readFileSync(join(root, path), 'utf8')) ?? [];
  return [...found.matchAll(/'(\w+)'/gu)].map(([, code = '']) => code);
}

function withoutEntry(code: string): readonly string[] {
  const entry = page.sections.find(({ anchor }) => anchor === code.replaceAll('_', '-'));
  if (entry === undefined) return [`${code}: no entry`];
  return entry.text.includes(`\`${code}\``) ? [] : [`${code}: its entry does not show it as the header does`];
}

function hasCommand({ blocks }: Section): boolean {
  return blocks.some(({ language, text }) => language === 'sh' && text.trim() !== '');
}
