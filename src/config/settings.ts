import type { Setting } from './config.ts';
import { type MapNode, nodeAt, type Path, pathText } from './node.ts';
import { noteOf } from './note.ts';
import { configSchema } from './schema.ts';
import { schemasAt } from './schema-walk.ts';

/** Each value in effect and where it came from, in the order of the schema. Secrets are redacted. */
export function settingsOf(effective: object, root: MapNode): readonly Setting[] {
  const order = Object.keys(configSchema.shape);
  const sorted = Object.entries(effective).toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return leavesOf(Object.fromEntries(sorted), [], root);
}

function leavesOf(value: unknown, path: Path, root: MapNode): readonly Setting[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [settingOf(value, path, root)];
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  if (entries.length === 0) return [settingOf(value, path, root)];
  return entries.flatMap(([key, child]) => leavesOf(child, [...path, key], root));
}

function settingOf(value: unknown, path: Path, root: MapNode): Setting {
  const source = nodeAt(root, path)?.keyAt.source ?? 'default';
  return { key: pathText(path), value: shown(value, path, root), source };
}

function shown(value: unknown, path: Path, root: MapNode): string {
  if (Array.isArray(value)) return `[${value.map((item, index) => shown(item, [...path, index], root)).join(', ')}]`;
  const [schema] = schemasAt(configSchema, path, root);
  const secret = schema !== undefined && noteOf(schema)?.secret === true;
  if (typeof value !== 'string') return secret ? '[secret]' : JSON.stringify(value);
  if (secret && !/^(?:env|file):/u.test(value)) return '[secret]';
  return /^[\w./:-]+$/u.test(value) ? value : JSON.stringify(value);
}
