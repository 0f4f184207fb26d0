import { z } from 'zod';
import { nearest } from './nearest.ts';
import { emptyMap, type ListNode, type MapNode, type Place, put, type Scalar, type ScalarNode } from './node.ts';
import type { Problems } from './problems.ts';
import { configSchema } from './schema.ts';
import { coreOf, isContainer, keysOf, schemasAt } from './schema-walk.ts';
import type { Environment } from './secret.ts';

const prefix = 'TIDEMARK_';

/** In a report, the problems of the file come first, then those of the environment, then those of flags. */
const environmentOrder = 1e9;
const flagOrder = 2e9;

export interface EnvironmentLayer {
  readonly layer: MapNode;
  /** Variables that begin like ours, but name no setting and resemble none. */
  readonly ignored: readonly string[];
}

/**
 * The layer of the environment: `TIDEMARK_SERVER__LISTEN_PORT` is `server.listen_port`. Names that the operator chose,
 * of vaults and keys, keep their case. A variable without `__` that resembles no setting is none: Kubernetes sets
 * `TIDEMARK_PORT` and its like in every container near a service of that name.
 */
export function readEnvironment(env: Environment, problems: Problems): EnvironmentLayer {
  const layer = emptyMap(placeOf('environment', environmentOrder));
  const ignored: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(prefix)) continue;
    const path = pathOf(name.slice(prefix.length));
    if (isForeign(path)) ignored.push(name);
    else assign(layer, { path, text, at: placeOf(name, environmentOrder) }, problems);
  }
  return { layer, ignored };
}

/** The layer of the command line. @param overrides by key, `log.level` */
export function readOverrides(overrides: Readonly<Record<string, string>>, problems: Problems): MapNode {
  const at = placeOf('command line', flagOrder);
  const layer = emptyMap(at);
  for (const [key, text] of Object.entries(overrides)) assign(layer, { path: key.split('.'), text, at }, problems);
  return layer;
}

function pathOf(name: string): readonly string[] {
  const path: string[] = [];
  for (const part of name.split('__')) {
    const free = schemasAt(configSchema, path, null).some((schema) => coreOf(schema) instanceof z.ZodRecord);
    path.push(free ? part : part.toLowerCase());
  }
  return path;
}

function isForeign(path: readonly string[]): boolean {
  const roots = keysOf(configSchema, null);
  const [root = ''] = path;
  return path.length === 1 && !roots.includes(root) && nearest(root, roots) === null;
}

interface Assignment {
  readonly path: readonly string[];
  readonly text: string;
  readonly at: Place;
}

/** Names that do not exist and values that do not fit are put into the layer as well: the schema's check names them. */
function assign(layer: MapNode, { path, text, at }: Assignment, problems: Problems): void {
  if (text === '') problems.add(at, path, 'is empty; give it a value or unset it');
  else put(layer, path, nodeOf(text, path, at));
}

function nodeOf(text: string, path: readonly string[], at: Place): ScalarNode | ListNode {
  const schemas = schemasAt(configSchema, path, null);
  if (text === 'null' && schemas.some((schema) => schema.safeParse(null).success)) return scalar(null, at);
  const core = coreOf(schemas.find((schema) => !isContainer(schema)) ?? z.string());
  if (!(core instanceof z.ZodArray)) return scalar(valueOf(text, core), at);
  const items = text.split(',').map((item) => scalar(item.trim(), at));
  return { kind: 'list', at, keyAt: at, items };
}

/** A text that does not look like a value of the schema's type stays a text, and the schema refuses it. */
function valueOf(text: string, core: z.ZodType): Scalar {
  if (core instanceof z.ZodBoolean && (text === 'true' || text === 'false')) return text === 'true';
  return core instanceof z.ZodNumber && /^-?(?:0|[1-9]\d*)$/u.test(text) ? Number(text) : text;
}

function scalar(value: Scalar, at: Place): ScalarNode {
  return { kind: 'scalar', at, keyAt: at, value, plain: null };
}

function placeOf(text: string, order: number): Place {
  return { text, source: text, order };
}
