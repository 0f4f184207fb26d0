import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { codeOf, importsOf } from './scan.ts';

/** A text file of the project. */
export interface TextFile {
  /** From the project's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A TypeScript file below `src`, `test` or `bench`. */
export interface Source extends TextFile {
  /** The text without comments and without the insides of strings; lines stay where they are. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The file of the project that it names; null for packages and parts of Node. */
  readonly path: string | null;
}

export interface Project {
  readonly texts: readonly TextFile[];
  readonly sources: readonly Source[];
}

/** What is wrong: `path:line: sentence`. */
export type Finding = string;

/** Every text file that Git knows or would take; what it ignores is nobody's business here. */
export function readProject(root: string): Project {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error('tidy asks Git for the list of files, and Git did not answer');
  const paths = stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  const texts = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  return projectOf(texts.filter(({ text }) => !text.includes('\0')));
}

export function projectOf(texts: readonly TextFile[]): Project {
  const sources = texts.filter(({ path }) => /^(?:src|test|bench)\/.*\.ts$/u.test(path));
  return { texts, sources: sources.map((file) => ({ ...file, code: codeOf(file.text), imports: resolved(file) })) };
}

export function isTest(path: string): boolean {
  return !path.startsWith('src/') || path.endsWith('.test.ts');
}

/** One finding per place where `pattern` (with the flag `g`) matches; `%` in the sentence stands for what matched. */
export function findingsAt({ path, text }: TextFile, pattern: RegExp, sentence: string): Finding[] {
  return [...text.matchAll(pattern)].map(
    (match) => `${path}:${lineOf(text, match.index)}: ${sentence.replace('%', () => match[0].trim())}`,
  );
}

/** As `findingsAt`, where comments and strings do not count. */
export function findingsInCode({ path, code }: Source, pattern: RegExp, sentence: string): Finding[] {
  return findingsAt({ path, text: code }, pattern, sentence);
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function resolved(file: TextFile): Import[] {
  return importsOf(file.text).map((specifier) => {
    if (!specifier.startsWith('.')) return { specifier, path: null };
    // A worker is named by its compiled file.
    return { specifier, path: posix.join(posix.dirname(file.path), specifier).replace(/\.js$/u, '.ts') };
  });
}
