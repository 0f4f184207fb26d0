import { z } from 'zod';
import { describeAmbiguity, describeMisfit } from './misfit.ts';
import { nearest } from './nearest.ts';
import { isNothing, type MapNode, nearestNode, type Node, nodeAt, type Path, pathText, plainValue } from './node.ts';
import { noteOf } from './note.ts';
import type { Problems } from './problems.ts';
import { configSchema, type ParsedConfig } from './schema.ts';
import { coreOf, keysOf, pathsEndingIn, schemasAt } from './schema-walk.ts';

/**
 * Holds the layers, laid over each other, against the schema.
 *
 * @returns the configuration with defaults filled in, or null when something does not fit: `problems` says what
 */
export function checkSchema(root: MapNode, problems: Problems): ParsedConfig | null {
  addAmbiguities(root, [], root, problems);
  const result = configSchema.safeParse(plainValue(root));
  if (result.success) return result.data;
  for (const issue of result.error.issues) addIssue(issue, root, problems);
  return null;
}

function addIssue(issue: z.core.$ZodIssue, root: MapNode, problems: Problems): void {
  const path = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'invalid_key') return addBadName(path, root, problems);
  if (issue.code !== 'unrecognized_keys') return addMisfit(path, root, problems);
  for (const key of issue.keys) addUnknown([...path, key], root, problems);
}

function addMisfit(path: Path, root: MapNode, problems: Problems): void {
  const node = nodeAt(root, path);
  const [schema] = schemasAt(configSchema, path, root);
  const note = schema === undefined ? null : noteOf(schema);
  const { at, keyAt } = nearestNode(root, path).node;
  const byKey = node === null || isNothing(node) || note?.unbuilt === true;
  const sentence = schema === undefined || note === null ? 'does not belong here' : describeMisfit(node, schema, note);
  problems.add(byKey ? keyAt : at, path, sentence);
}

/** A name that the operator chose, of a key or a vault, is not one that can be chosen. */
function addBadName(path: Path, root: MapNode, problems: Problems): void {
  const name = String(path.at(-1));
  const [schema] = schemasAt(configSchema, path.slice(0, -1), root).map(coreOf);
  const note = schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodType ? noteOf(schema.keyType) : null;
  const sentence = note?.refusal?.(name) ?? 'this cannot be a name';
  problems.add(nearestNode(root, path).node.keyAt, path, sentence);
}

function addUnknown(path: Path, root: MapNode, problems: Problems): void {
  const key = String(path.at(-1));
  const above = path.slice(0, -1);
  const parent = nodeAt(root, above);
  const schemas = schemasAt(configSchema, above, root);
  const keys = schemas.flatMap((schema) => keysOf(schema, parent));
  const built = keys.filter((each) => schemas.some((schema) => schemasAt(schema, [each], parent).some(isBuilt)));
  const [sentence = 'unknown key'] = schemas.flatMap((schema) => noteOf(schema)?.unknownKey?.(key) ?? []);
  const near = nearest(key, keys) ?? elsewhere(key, path);
  const known = built.length === 0 ? 'nothing can be set here' : `known here: ${built.join(', ')}`;
  const advice = near === null ? `; ${known}` : `; did you mean ${near}?`;
  problems.add(nearestNode(root, path).node.keyAt, path, sentence + advice);
}

function isBuilt(schema: z.ZodType): boolean {
  return noteOf(schema)?.unbuilt !== true;
}

/** A key of this name that belongs somewhere else; none when it belongs here, only not to the chosen driver. */
function elsewhere(key: string, path: Path): string | null {
  const places = pathsEndingIn(configSchema, key).map(pathText);
  return places.includes(pathText(path)) ? null : (places[0] ?? null);
}

function addAmbiguities(node: Node, path: Path, root: MapNode, problems: Problems): void {
  for (const [key, child] of childrenOf(node)) addAmbiguities(child, [...path, key], root, problems);
  if (node.kind !== 'scalar' || node.plain === null) return;
  const [schema] = schemasAt(configSchema, path, root);
  if (schema === undefined || !schema.safeParse(node.value).success) return;
  const sentence = describeAmbiguity(node, schema);
  if (sentence !== null) problems.add(node.at, path, sentence);
}

function childrenOf(node: Node): readonly (readonly [string | number, Node])[] {
  if (node.kind === 'map') return [...node.entries];
  return node.kind === 'list' ? node.items.map((item, index) => [index, item] as const) : [];
}
