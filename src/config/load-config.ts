import { Fault } from '../base/fault.ts';
import { buildConfig } from './build-config.ts';
import { checkSchema } from './check.ts';
import type { Config, Notice } from './config.ts';
import { readEnvironment, readOverrides } from './environment.ts';
import { emptyMap, type MapNode, overlay } from './node.ts';
import { dropEmptySections, expandBaseDir, listNetworks, translateAddresses } from './prepare.ts';
import { Problems } from './problems.ts';
import type { Environment } from './secret.ts';
import { readSmallText } from './small-file.ts';
import { readYaml } from './yaml-tree.ts';

/** World-writable files are refused; a size that no configuration has is more likely the wrong file. */
const fileRules = {
  what: 'the configuration file',
  bytesMax: 256 * 1024,
  forbiddenMode: 0o002,
  ifMissing: 'create it, or name another with -c',
};

export interface ConfigSources {
  /** The configuration file; null for none. */
  readonly file: string | null;
  /** What to take for the content of the file, instead of reading it. */
  readonly text?: string;
  readonly env: Environment;
  /** What the command line says, by key: `log.level`. It wins over everything. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/**
 * The configuration: flags over environment over file over defaults.
 *
 * @throws Fault `config_invalid` that names everything that is wrong, each with its place, what was found and what was
 *   expected
 */
export function loadConfig({ file, text, env, overrides = {} }: ConfigSources): Config {
  const problems = new Problems();
  const notices: Notice[] = [];
  const content = text === undefined && file !== null ? readSmallText(file, fileRules) : { text: text ?? '', mode: 0 };
  const name = file ?? 'the configuration';
  const root = file === null && text === undefined ? withoutFile() : readYaml(content.text, name, problems);
  const { layer, ignored } = readEnvironment(env, problems);
  const layers = [root, layer, readOverrides(overrides, problems)];
  for (const each of layers) {
    translateAddresses(each, problems, notices);
    listNetworks(each);
  }
  for (const each of layers.slice(1)) overlay(root, each);
  dropEmptySections(root);
  expandBaseDir(root, env, problems);
  const parsed = checkSchema(root, problems);
  problems.throwIfAny();
  if (parsed === null) throw new Fault('config_invalid', `${name} does not fit the schema`);
  const config = buildConfig({ parsed, root, env, ignored, mode: content.mode }, problems);
  return { ...config, notices: [...config.notices, ...notices] };
}

function withoutFile(): MapNode {
  return emptyMap({ text: 'the configuration', source: 'the configuration', order: 0 });
}
