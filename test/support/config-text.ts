import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';

type Texts = Readonly<Record<string, string>>;

/** Loads `text` as the file `t.yaml`. */
export function load(text: string, env: Texts = {}, overrides: Texts = {}): Config {
  return loadConfig({ file: 't.yaml', text, env, overrides });
}

/** The problems that loading reports, one a line, without the headline; none when it succeeds. */
export function problemsOf(text: string, env: Texts = {}, overrides: Texts = {}): readonly string[] {
  try {
    load(text, env, overrides);
    return [];
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message.split('\n  ').slice(1);
  }
}

/** `warn: text` */
export function noticesOf({ notices }: Config): readonly string[] {
  return notices.map(({ level, text }) => `${level}: ${text}`);
}
