import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScratchFolder } from '../../support/signer-process.ts';
import type { Setup } from '../../support/setup.ts';

/** A start that must be refused: what is wrong, and what the one line must say. */
export interface StartRow {
  readonly row: number;
  readonly input: string;
  /** Spoils a good setup. @returns the environment to start with */
  readonly spoil: (context: Spoiling) => Record<string, string> | void;
  /** As sysexits.h: 78 a configuration to mend, 75 a store that cannot be trusted. */
  readonly exitCode: 75 | 78;
  readonly says: RegExp;
  readonly overruled?: string;
  /** Without better-sqlite3 the start stops sooner, for that. */
  readonly needsSqlite?: true;
}

interface Spoiling {
  readonly folder: ScratchFolder;
  readonly setup: Setup;
  /** The text of the good configuration. */
  readonly config: string;
}

const chain = 'NetXo5iVw1vBoxM';

function sqliteAt(path: string): string {
  return `watermark:\n  driver: sqlite\n  config:\n    path: ${path}`;
}

function withText(row: number, input: string, says: RegExp, change: (text: string) => string): StartRow {
  return {
    row,
    input,
    exitCode: 78,
    says,
    spoil: ({ folder, config }) => void folder.write('tidemark.yaml', change(config)),
  };
}

function adding(row: number, input: string, says: RegExp, lines: string): StartRow {
  return withText(row, input, says, (text) => `${text}${lines}\n`);
}

function withEnv(row: number, input: string, says: RegExp, env: Record<string, string>): StartRow {
  return { row, input, exitCode: 78, says, spoil: () => env };
}

/** A watermark file of the one chain, as somebody or something left it. */
function withMarks(row: number, input: string, bytes: string | Uint8Array, says = /NetXo5iVw1vBoxM\.json/u): StartRow {
  const spoil = ({ setup }: Spoiling) => {
    const folder = join(setup.baseDir, 'watermark_v2');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${chain}.json`), bytes);
  };
  return { row, input, exitCode: 75, says, spoil };
}

const configs: readonly StartRow[] = [
  adding(111, 'an unknown key', /anti_slashing/u, 'anti_slashin: {}'),
  adding(111, 'wrong nesting', /listen_port/u, 'listen_port: 9000'),
  adding(112, 'a key twice', /base_dir|unique|twice|duplicate/iu, 'base_dir: /tmp'),
  adding(112, 'a tab', /tab/iu, 'server:\n\tlisten_port: 9000'),
  adding(112, 'an anchor', /anchor|alias/iu, 'server: &a { listen_port: 9000 }\nmetrics: *a'),
  adding(112, 'a function', /tag/iu, 'log: !!js/function "function () {}"'),
  withText(112, 'one megabyte', /256 KiB|262144|too large|larger/iu, (text) => `${text}# ${'x'.repeat(1024 * 1024)}\n`),
  adding(113, 'a boolean for a path', /base_dir|watermark/u, 'watermark:\n  driver: sqlite\n  config:\n    path: no'),
  adding(113, 'a number for a path', /watermark/u, 'watermark:\n  driver: sqlite\n  config:\n    path: 0123'),
  adding(113, 'a boolean for a word', /log\.level/u, 'log:\n  level: no'),
  adding(
    114,
    'one database for the marks of both chains',
    /anti_slashing\.path.*is the database of watermark/u,
    `${sqliteAt('/data/marks.db')}\nanti_slashing:\n  backend: sqlite\n  path: /data/x/../marks.db`,
  ),
  adding(
    114,
    'one DynamoDB table for both',
    /anti_slashing\.table.*is the table of watermark/u,
    'watermark: { driver: aws, config: { region: eu-west-1, table: marks } }\n' +
      'anti_slashing: { backend: dynamodb, region: eu-west-1, table: marks }',
  ),
  adding(
    114,
    'one Postgres schema for both',
    /anti_slashing/u,
    'watermark: { driver: postgres, config: { url: "postgres://u@db/marks", schema: marks } }\n' +
      'anti_slashing: { backend: postgres, url: "postgres://u@db/marks", schema: marks }',
  ),
  withEnv(115, 'a word for a number in the environment', /TIDEMARK_PROTECTION__MAX_LEVEL_JUMP/u, {
    TIDEMARK_PROTECTION__MAX_LEVEL_JUMP: 'many',
  }),
  withEnv(115, 'an empty value in the environment', /TIDEMARK_LOG__LEVEL/u, { TIDEMARK_LOG__LEVEL: '' }),
  {
    row: 116,
    input: 'a configuration that everybody can write',
    exitCode: 78,
    says: /0666/u,
    spoil: ({ setup }) => chmodSync(setup.configFile, 0o666),
  },
  {
    row: 116,
    input: 'secrets that everybody can read',
    exitCode: 78,
    says: /chmod 600/u,
    spoil: ({ folder }) => chmodSync(join(folder.path, 'secrets.json'), 0o644),
  },
  adding(117, 'a negative interval or count', /max_level_jump/u, 'protection:\n  max_level_jump: -1'),
  adding(117, 'a number as text', /max_level_jump/u, 'protection:\n  max_level_jump: "1s"'),
  adding(118, 'a store that records nothing', /ignore/u, 'watermark:\n  driver: ignore'),
  {
    ...adding(119, 'sqlite in a folder that is not there', /nowhere/u, sqliteAt('/nowhere/at/all/marks.db')),
    needsSqlite: true,
  },
  {
    row: 119,
    input: 'sqlite on a path that is a folder',
    exitCode: 78,
    says: /folder|directory/u,
    needsSqlite: true,
    spoil: ({ folder, setup, config }) => void folder.write('tidemark.yaml', `${config}${sqliteAt(setup.baseDir)}\n`),
  },
  adding(
    121,
    'Postgres on another machine without TLS',
    /sslmode=disable sends the password and every mark in the clear/u,
    'anti_slashing: { backend: postgres, url: "postgres://u@db.example.org/marks?sslmode=disable" }',
  ),
  adding(0, 'a part that is not built yet', /policy_hook/u, 'policy_hook: { address: "http://127.0.0.1:1/" }'),
];

const marks: readonly StartRow[] = [
  withMarks(134, 'an empty file', ''),
  withMarks(134, '{}', '{}'),
  withMarks(134, 'null', 'null'),
  withMarks(134, 'a truncated file', '{"tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf": {"block": {"level": 3'),
  withMarks(134, 'a byte order mark', '\ufeff{}'),
  withMarks(
    134,
    'a key twice',
    '{"tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf": {}, "tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf": {}}',
  ),
  withMarks(134, 'NaN', '{"tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf": {"block": {"level": NaN}}}'),
  withMarks(134, 'two documents', '{"tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf": {"block": {"level": 3}}}{}'),
  withMarks(
    135,
    'a kind of a newer version',
    '{"tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf": {"superattestation": {"level": 3}}}',
  ),
  {
    row: 137,
    input: 'a file that is no database',
    exitCode: 75,
    says: /marks\.db/u,
    needsSqlite: true,
    spoil: ({ folder, config }) => {
      const path = folder.write('marks.db', 'this is not a database, whatever its name says'.repeat(100));
      folder.write('tidemark.yaml', `${config}${sqliteAt(path)}\n`);
    },
  },
  {
    row: 137,
    input: 'an empty database file',
    exitCode: 75,
    says: /marks\.db/u,
    needsSqlite: true,
    spoil: ({ folder, config }) => {
      const path = folder.write('marks.db', '');
      folder.write('tidemark.yaml', `${config}${sqliteAt(path)}\n`);
    },
  },
  {
    row: 119,
    input: 'a base_dir that is a link to nowhere',
    exitCode: 78,
    says: /base_dir|base/u,
    spoil: ({ folder, config, setup }) => {
      const link = join(folder.path, 'link');
      symlinkSync(join(folder.path, 'gone'), link);
      folder.write('tidemark.yaml', config.replace(setup.baseDir, link));
    },
  },
];

export const startRows: readonly StartRow[] = [...configs, ...marks];
