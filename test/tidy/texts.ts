import { homedir } from 'node:os';
import type { Finding, Project, Source, TextFile } from './project.ts';
import { findingsAt, findingsInCode, isTest } from './project.ts';
import { sleepsInTests } from './rooms.ts';
import { withoutTexts } from './scan.ts';

/** What no text of the project holds: long lines, leftovers, sleeping tests, this machine, pages without one title. */
export function texts(project: Project): Finding[] {
  return [
    ...project.sources.flatMap(longLines),
    ...project.sources.flatMap(leftovers),
    ...project.sources.filter(({ path }) => isTest(path)).flatMap(sleepers),
    ...staleExcuses(project),
    ...project.texts.flatMap(places),
    ...project.texts.filter(({ path }) => path.endsWith('.md')).flatMap(titles),
  ];
}

/**
 * A sentence for an operator stays in one piece, so that it can be searched for: what stands in quotes is not counted.
 */
function longLines({ path, text }: Source): Finding[] {
  return findingsAt({ path, text: withoutTexts(text) }, /^.{121,}$/gmu, 'a line has at most 120 columns');
}

// The words are broken up so that this file does not hold them.
const unfinished = /\b(?:TO(?:DO)|FIX(?:ME)|XX(?:X)|not imple(?:mented)|unimple(?:mented))\b/gu;
const notRunning = /\b(?:test|it|describe|suite|t)\.(?:only|skip|todo)\b/gu;

function leftovers(file: Source): Finding[] {
  const idle = isTest(file.path) ? findingsInCode(file, notRunning, 'every test runs: %') : [];
  return [...findingsAt(file, unfinished, 'finish it, or open an issue: %'), ...idle];
}

/** A timer that does nothing but let time pass; one that fails the test is a deadline. */
const sleep = /\bsetTimeout\s*\(\s*(?:[a-z]\w*\s*,|\(\)\s*=>\s*(?:resolve|done)\b)/gu;
const sleeps = 'a test waits for what it expects, not for time; where it must, test/tidy/rooms.ts says why';

/** A test that sleeps is slow when it is right and flaky when it is wrong. */
function sleepers(file: Source): Finding[] {
  if (file.path in sleepsInTests) return [];
  const modules = file.imports.filter(({ specifier }) => specifier === 'node:timers/promises');
  return [...findingsInCode(file, sleep, sleeps), ...modules.map(() => `${file.path}: ${sleeps}`)];
}

function staleExcuses({ sources }: Project): Finding[] {
  const stale = Object.keys(sleepsInTests).filter((path) => !sources.some((file) => file.path === path));
  return stale.map((path) => `test/tidy/rooms.ts: ${path} may sleep, but it does not exist`);
}

/** Folders of one machine, and the hosts of package registries. */
function places(file: TextFile): Finding[] {
  const home = homedir().replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
  const folders = new RegExp(String.raw`(?<![\w.~-])(?:${home}|/root|/home/\w+|/work|/Users/\w+)/[\w.]`, 'gu');
  return [
    ...findingsAt(file, folders, 'names a folder of one machine: %'),
    ...findingsAt(file, /https?:\/\/[a-z.]*(?:registry|pypi|proxy)\.[a-z]+/gu, 'names the host of a package registry'),
    ...findingsAt(file, /"resolved":\s*"https?:/gu, 'the lock file names where a package came from'),
  ];
}

function titles({ path, text }: TextFile): Finding[] {
  const prose = text.replace(/^```[\s\S]*?^```/gmu, '');
  const count = prose.match(/^# /gmu)?.length ?? 0;
  return count === 1 ? [] : [`${path}: a page has one title, not ${count}`];
}
