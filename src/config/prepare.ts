import type { Notice } from './config.ts';
import { parseHostPort } from './host.ts';
import { isNothing, type MapNode, nodeAt, put, type ScalarNode } from './node.ts';
import type { Problems } from './problems.ts';
import { configSchema } from './schema.ts';
import { isContainer, keysOf, schemasAt } from './schema-walk.ts';
import type { Environment } from './secret.ts';

/** Signatory's keys for what are two settings here. */
const addresses = [
  { key: 'address', section: 'server' },
  { key: 'utility_address', section: 'metrics' },
] as const;

/**
 * Turns `server.address` and `server.utility_address` of one layer into the settings that they stand for. They win over
 * those of their layer; a layer above still wins over both.
 */
export function translateAddresses(layer: MapNode, problems: Problems, notices: Notice[]): void {
  const server = layer.entries.get('server');
  if (server?.kind !== 'map') return;
  for (const { key, section } of addresses) {
    const node = server.entries.get(key);
    if (node?.kind !== 'scalar' || typeof node.value !== 'string') continue;
    const parsed = parseHostPort(node.value);
    server.entries.delete(key);
    if (parsed === null) {
      problems.add(node.at, ['server', key], `found ${JSON.stringify(node.value)}; expected host:port, such as :6732`);
      continue;
    }
    put(layer, [section, 'listen_address'], { ...node, value: parsed.address, plain: null });
    put(layer, [section, 'listen_port'], { ...node, value: parsed.port, plain: null });
    const { address, port } = parsed;
    const text = `server.${key} is read as ${section}.listen_address ${address} and ${section}.listen_port ${port}`;
    notices.push({ level: 'info', text });
  }
}

/** Makes a list of one of a single network, as Containment Chamber writes it. */
export function listNetworks(layer: MapNode): void {
  const node = layer.entries.get('network');
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return;
  layer.entries.set('network', { kind: 'list', at: node.at, keyAt: node.keyAt, items: [node] });
}

/** A section with nothing below it (all of it commented out, say) is the same as none; names of the operator's stay. */
export function dropEmptySections(map: MapNode, schemas: readonly Schema[] = [configSchema]): void {
  for (const [key, node] of map.entries) {
    const children = schemas.flatMap((schema) => schemasAt(schema, [key], map));
    const ours = schemas.some((schema) => keysOf(schema, map).includes(key));
    if (node.kind === 'map') dropEmptySections(node, children);
    else if (ours && isNothing(node) && children.some(isRequiredContainer)) map.entries.delete(key);
  }
}

type Schema = Parameters<typeof schemasAt>[0];

function isRequiredContainer(schema: Schema): boolean {
  return isContainer(schema) && !schema.safeParse(null).success;
}

/**
 * Replaces `$NAME` and `${NAME}` in `base_dir`, as Signatory does. Signatory takes a variable that is not set for an
 * empty one; here that is a problem, since marks would silently go, or come from, somewhere else.
 */
export function expandBaseDir(root: MapNode, env: Environment, problems: Problems): void {
  const node = nodeAt(root, ['base_dir']);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return;
  root.entries.set('base_dir', { ...node, value: expanded(node, node.value, env, problems) });
}

function expanded(node: ScalarNode, text: string, env: Environment, problems: Problems): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))?/gu, (found: string, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    const value = name === undefined ? undefined : env[name];
    if (value !== undefined && value !== '') return value;
    const what = name === undefined ? `${found} names no variable` : `the environment variable ${name} is not set`;
    problems.add(node.at, ['base_dir'], `found ${JSON.stringify(text)}, but ${what}`);
    return found;
  });
}
