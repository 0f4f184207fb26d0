import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { allPages, filesBelow, type Page, proseOf, root } from './page.ts';

const pages = allPages();

/** A page named from the project's folder, or from where it is installed. */
const mention = /(?<![\w/.-])(?:\/opt\/tidemark\/)?(docs\/[\w/-]+\.md(?:#[\w-]+)?)/gu;

for (const page of pages) {
  test(`every link of ${page.path} leads somewhere`, () => {
    assert.deepEqual(
      linksOf(page).flatMap((link) => complaint(page.path, link)),
      [],
    );
  });
}

test('every page that the program, its files for the system and its pages name is there, and so is each anchor', () => {
  const whole = ['src', 'deploy'].flatMap((folder) => filesBelow(join(root, folder), ''));
  const files = [...whole, ...filesBelow(root, '.md')];
  const named = files.flatMap((file) => {
    const mentions = readFileSync(join(root, file), 'utf8').matchAll(mention);
    return [...mentions].flatMap(([, link = '']) => complaint('README.md', link).map((what) => `${file}: ${what}`));
  });
  assert.deepEqual(named, []);
});

test('a link that leads nowhere is found', () => {
  assert.deepEqual(complaint('docs/page.md', 'nowhere.md'), ['nowhere.md: there is no docs/nowhere.md']);
  assert.deepEqual(complaint('docs/page.md', 'troubleshooting.md#no'), ['troubleshooting.md#no: no such heading']);
  assert.deepEqual(complaint('docs/page.md', 'troubleshooting.md#lane-frozen'), []);
});

/** Links inside the project, as they are written. */
function linksOf({ text }: Page): readonly string[] {
  const prose = proseOf(text).replaceAll(/(`+)[\s\S]*?\1/gu, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/gu)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/u.test(link));
}

/** What is wrong with a link that stands in the page `from`; nothing when it leads somewhere. */
function complaint(from: string, link: string): readonly string[] {
  const [target = '', anchor] = link.split('#');
  const path = target === '' ? from : posix.join(posix.dirname(from), target);
  if (!existsSync(join(root, path))) return [`${link}: there is no ${path}`];
  if (anchor === undefined) return [];
  const found = pages.find((page) => page.path === path)?.sections.some((section) => section.anchor === anchor);
  return found === true ? [] : [`${link}: no such heading`];
}
