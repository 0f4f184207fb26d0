import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { allPages, blocksOf, inlineCode, type Page, root } from './page.ts';

/** What the pages tell a person to type exists. */

/** Programs that a Linux machine with systemd has, or that the page is about. */
const tools = new Set(
  `aws cat cd chgrp chmod cp curl date df diff echo findmnt gcloud grep id install journalctl ls mkdir node npm npx
  octez-client ps sort sqlite3 ss sudo systemctl tail tr useradd wc web3signer`.split(/\s+/u),
);

const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { scripts } = manifest as { scripts: Record<string, string> };
const cli = join(root, 'build/src/main/cli.js');
const helps = new Map<string, string>();

for (const page of allPages()) {
  const commands = [...blocksOf(page.text, 'sh').flatMap((block) => commandsOf(block.text)), ...typedInProse(page)];
  if (commands.length === 0) continue;
  test(`every command of ${page.path} exists`, () => {
    assert.deepEqual(commands.flatMap(complaint), []);
  });
}

test('a command that does not exist is found', () => {
  assert.equal(complaint('tidemark keys lost').length, 1);
  assert.equal(complaint('tidemark keys list --loud').length, 1);
  assert.equal(complaint('mend --all').length, 1);
  assert.equal(complaint('npm run mend').length, 1);
  assert.deepEqual(complaint('tidemark keys list --log debug'), []);
});

/** The commands of a script, one for each part of a pipe; assignments are left out. */
function commandsOf(script: string): readonly string[] {
  const lines = script.replaceAll('\\\n', ' ').split('\n');
  const parts = lines.flatMap((line) => withoutQuotes(line).split(/\|\||&&|\||;/u));
  return parts.map((part) => part.trim()).filter((part) => part !== '' && !/^(?:#|[A-Z_]+=)/u.test(part));
}

/** Whatever is in quotes is an argument, whatever signs it holds. */
function withoutQuotes(line: string): string {
  return line.replaceAll(/'[^']*'|"(?:\\.|[^"\\])*"/gu, 'quoted');
}

function typedInProse(page: Page): readonly string[] {
  return inlineCode(page.text)
    .filter((code) => /^(?:tidemark|npm) [a-z]/u.test(code))
    .flatMap(commandsOf);
}

/** What is wrong with a command; nothing when it can be typed. */
function complaint(command: string): readonly string[] {
  const words = command
    .replace(/^sudo (?:-u \w+ )?/u, '')
    .replace(/^npx /u, '')
    .split(/\s+/u);
  const [program = '', verb = ''] = words;
  if (program === 'npm') return npmComplaint(command, verb === 'run' ? (words[2] ?? '') : verb);
  if (program !== 'tidemark') return tools.has(program) ? [] : [`${command}: no tool of this name`];
  const names = subcommand(words.slice(1));
  const help = helpOf(names);
  if (!help.includes(`Usage: tidemark ${names.join(' ')} `)) return [`${command}: tidemark has no such command`];
  const options = words.filter((word) => word.startsWith('-'));
  return options.filter((option) => !hasOption(help, option)).map((option) => `${command}: no ${option}`);
}

/** What a script of package.json is called, or one of npm's own commands that run none. */
function npmComplaint(command: string, name: string): readonly string[] {
  return name in scripts || ['ci', 'link', 'ls', 'prune'].includes(name) ? [] : [`${command}: no script of this name`];
}

/** The words before the first option or name. */
function subcommand(words: readonly string[]): readonly string[] {
  const end = words.findIndex((word) => !/^[a-z][a-z-]*$/u.test(word));
  return end < 0 ? words : words.slice(0, end);
}

function hasOption(help: string, option: string): boolean {
  return new RegExp(`^ +(?:-\\w, )?${option}\\b`, 'mu').test(help);
}

function helpOf(names: readonly string[]): string {
  const key = names.join(' ');
  const known = helps.get(key);
  if (known !== undefined) return known;
  const { stdout } = spawnSync(process.execPath, [cli, ...names, '--help'], { encoding: 'utf8' });
  helps.set(key, stdout);
  return stdout;
}
