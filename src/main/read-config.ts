import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { GlobalOptions } from './commands/global-options.ts';

/**
 * The configuration of a command: its file, then the environment, then the command's own options. @throws Fault
 * `config_invalid`
 */
export function readConfig({ config, log, baseDir, jsonLog }: GlobalOptions): Config {
  const overrides = {
    ...(log === undefined ? {} : { 'log.level': log }),
    ...(baseDir === undefined ? {} : { base_dir: baseDir }),
    ...(jsonLog === true ? { 'log.format': 'json' } : {}),
  };
  return loadConfig({ file: config, env: process.env, overrides });
}
