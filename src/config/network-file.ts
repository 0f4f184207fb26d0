import type { Node } from './node.ts';
import { Problems } from './problems.ts';
import { readSmallText } from './small-file.ts';
import { readYaml } from './yaml-tree.ts';

/** The files of the known networks have 10 KiB. Who can change one can have a key sign for another network. */
const fileRules = {
  what: 'the network file',
  bytesMax: 256 * 1024,
  forbiddenMode: 0o002,
  ifMissing: 'create it, or correct network',
};

/**
 * Reads the file of a network of the operator's own: the `config.yaml` that consensus clients have, `NAME: value` on
 * each line. What a value means is not looked at here.
 *
 * @param path absolute
 * @returns each value as its text, exactly as it is written and without quotes, so that no number loses a digit; lists
 *   and sections are left out
 * @throws Fault `config_invalid` that names the file and, where the text is wrong, the line of each problem: no YAML,
 *   a name twice, a name without a value
 */
export function readNetworkFile(path: string): Readonly<Record<string, string>> {
  const { text } = readSmallText(path, fileRules);
  const problems = new Problems();
  const { entries } = readYaml(text, path, problems);
  const texts = [...entries].flatMap(([name, node]) => {
    const value = textOf(node);
    if (value === '') problems.add(node.keyAt, [name], 'has no value; give it one or remove it');
    return value === null ? [] : [[name, value] as const];
  });
  problems.throwIfAny();
  return Object.fromEntries(texts);
}

/** Null for lists and sections; empty for nothing. */
function textOf(node: Node): string | null {
  if (node.kind !== 'scalar') return null;
  return node.value === null ? '' : (node.plain ?? String(node.value));
}
