import { isAlias, isCollection, isMap, isScalar, isSeq } from 'yaml';
import { LineCounter, type Pair, parseDocument, type Scalar, type YAMLError } from 'yaml';
import { emptyMap, isNothing, type Place } from './node.ts';
import type { ListNode, MapNode, Node, Path, ScalarNode } from './node.ts';
import type { Problems } from './problems.ts';

/** No setting is deeper than seven. */
const depthMax = 12;

/**
 * Reads the text of a configuration file, the plain part of YAML 1.2: maps, lists and scalars. Anchors, aliases, merge
 * keys, tags, directives and tabs as indentation are refused: a configuration needs none of them, and each has more
 * than one reading.
 *
 * @param name the file, for places
 * @returns the root, empty for an empty file
 * @throws Fault `config_invalid` when it is no YAML at all; lesser problems are added to `problems`
 */
export function readYaml(text: string, name: string, problems: Problems): MapNode {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const reader = new Reader(name, lines, problems);
  reader.addSyntax(text, document.errors);
  if (document.directives?.yaml.explicit === true) reader.refuse(0, [], 'a %YAML line is not understood; remove it');
  problems.throwIfAny();
  return reader.root(document.contents);
}

interface Spot {
  readonly path: Path;
  /** Offset of the key in the text; of the item itself in a list. */
  readonly keyOffset: number;
}

class Reader {
  readonly #name: string;
  readonly #lines: LineCounter;
  readonly #problems: Problems;

  constructor(name: string, lines: LineCounter, problems: Problems) {
    this.#name = name;
    this.#lines = lines;
    this.#problems = problems;
  }

  root(contents: unknown): MapNode {
    const node = contents === null ? null : this.#node(contents, { path: [], keyOffset: 0 });
    if (node === null || isNothing(node)) return emptyMap(this.#place(0));
    if (node.kind === 'map') return node;
    this.#problems.add(node.at, [], 'found no `key: value` at the top of the file; is it the right file?');
    return emptyMap(node.at);
  }

  /** The first error of each line: the others mostly follow from it. */
  addSyntax(text: string, errors: readonly YAMLError[]): void {
    const tabs = [...text.matchAll(/^ *\t/gmu)].map(({ index }) => ({ offset: index, code: 'TAB_AS_INDENT' }));
    const lines = new Set<string>();
    for (const { offset, code } of [...tabs, ...errors.map(({ pos, code }) => ({ offset: pos[0], code }))]) {
      const { source } = this.#place(offset);
      if (!lines.has(source)) this.refuse(offset, [], syntaxSentences.get(code) ?? `this is not valid YAML (${code})`);
      lines.add(source);
    }
  }

  refuse(offset: number, path: Path, sentence: string): void {
    this.#problems.add(this.#place(offset), path, sentence);
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    const source = `${this.#name}:${Math.max(line, 1)}`;
    return { text: `${source}:${Math.max(col, 1)}`, source, order: offset };
  }

  /** The node of what the parser composed, or null when it is left out because it was refused. */
  #node(found: unknown, spot: Spot): Node | null {
    if (isAlias(found)) return this.#refused(found, spot, 'aliases (*name) are not understood; write the value itself');
    if (!isScalar(found) && !isCollection(found)) return this.#scalar({ value: null }, spot);
    if (found.tag !== undefined) return this.#refused(found, spot, 'tags (!name) are not understood; remove it');
    if (found.anchor !== undefined) return this.#refused(found, spot, 'anchors (&name) are not understood; remove it');
    if (spot.path.length > depthMax) return this.#refused(found, spot, 'this is nested too deeply for any setting');
    if (isMap(found)) return this.#map(found.items, found.range?.[0], spot);
    if (isSeq(found)) return this.#list(found.items, found.range?.[0], spot);
    return isScalar(found) ? this.#scalar(found, spot) : null;
  }

  #refused(found: { range?: readonly number[] | null | undefined }, spot: Spot, sentence: string): null {
    this.refuse(found.range?.[0] ?? spot.keyOffset, spot.path, sentence);
    return null;
  }

  #map(items: readonly Pair[], offset: number | undefined, spot: Spot): MapNode {
    const entries = new Map<string, Node>();
    for (const { key, value } of items) {
      const name = this.#key(key, entries, spot);
      if (name === null) continue;
      const node = this.#node(value, { path: [...spot.path, name], keyOffset: offsetOf(key) ?? spot.keyOffset });
      if (node !== null) entries.set(name, node);
    }
    return { kind: 'map', ...this.#stand(offset, spot), entries };
  }

  #key(key: unknown, entries: ReadonlyMap<string, Node>, { path, keyOffset }: Spot): string | null {
    const offset = offsetOf(key) ?? keyOffset;
    const name = isScalar(key) && key.tag === undefined && key.anchor === undefined ? nameOf(key) : null;
    if (name === null || name === '__proto__') this.refuse(offset, path, 'this cannot be the name of a setting');
    else if (name === '<<') this.refuse(offset, path, 'merge keys (<<) are not understood; write the settings out');
    else if (!entries.has(name)) return name;
    else {
      const first = entries.get(name)?.keyAt.source ?? '';
      this.refuse(offset, [...path, name], `is here a second time; it stands at ${first} already`);
    }
    return null;
  }

  #list(items: readonly unknown[], offset: number | undefined, spot: Spot): ListNode {
    const nodes = items.flatMap((item, index) => {
      const keyOffset = offsetOf(item) ?? spot.keyOffset;
      return this.#node(item, { path: [...spot.path, index], keyOffset }) ?? [];
    });
    return { kind: 'list', ...this.#stand(offset, spot), items: nodes };
  }

  #scalar(
    { value: found, source, type, range }: Pick<Scalar, 'value' | 'source' | 'type' | 'range'>,
    spot: Spot,
  ): ScalarNode {
    const value = typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : null;
    const plain = type === 'PLAIN' ? (source ?? null) : null;
    return { kind: 'scalar', ...this.#stand(range?.[0], spot), value, plain };
  }

  /** @param offset of the value; undefined for one that is not written, and then the key stands for it */
  #stand(offset: number | undefined, spot: Spot): { at: Place; keyAt: Place } {
    return { at: this.#place(offset ?? spot.keyOffset), keyAt: this.#place(spot.keyOffset) };
  }
}

/** A number or a truth value as a key is the text that stands there. */
function nameOf(key: { value: unknown; source?: string }): string | null {
  if (typeof key.value === 'string') return key.value;
  return key.value === null ? null : (key.source ?? null);
}

function offsetOf(found: unknown): number | null {
  return isScalar(found) || isCollection(found) || isAlias(found) ? (found.range?.[0] ?? null) : null;
}

/** Our own words for the parser's codes: its own texts may quote the file, and the file may hold secrets. */
const syntaxSentences = new Map<string, string>([
  ['ALIAS_PROPS', 'aliases (*name) are not understood; write the value itself'],
  ['BAD_ALIAS', 'aliases (*name) are not understood; write the value itself'],
  ['BAD_INDENT', 'the indentation does not fit the lines above, or a bracket is not closed'],
  ['BAD_DIRECTIVE', 'lines that begin with % are not understood; remove it'],
  ['BAD_DQ_ESCAPE', 'there is no such escape in double quotes; use single quotes or write \\\\'],
  ['BAD_SCALAR_START', 'a value cannot begin with this character; put quotes around it'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a second `key:` stands on one line, or the indentation does not fit'],
  ['BLOCK_IN_FLOW', 'inside [ ] and { } write the values on the same line, separated by commas'],
  ['MISSING_CHAR', 'something is missing here: a colon, a comma, a quote, a bracket or a space'],
  ['MULTILINE_IMPLICIT_KEY', 'a colon is missing after a key, or a value runs over several lines without quotes'],
  ['MULTIPLE_DOCS', 'a second document (---) begins here; a configuration is one document'],
  ['RESOURCE_EXHAUSTION', 'this is nested too deeply for any setting'],
  ['TAB_AS_INDENT', 'a tab stands at the beginning of this line; YAML wants spaces'],
  ['UNEXPECTED_TOKEN', 'this does not belong here; look for a missing quote or bracket above'],
]);
