import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { unusable } from './key-files.ts';

/** One document of a file of several. */
export interface YamlDocument {
  readonly text: string;
  /** The line of the file on which it begins, from 1. */
  readonly line: number;
}

/** Keys and values as they are written: a private key of digits alone is no number. */
export type Fields = ReadonlyMap<string, string>;

/** A descriptor is four lines long. */
const documentLengthMax = 64 * 1024;

/** The documents of a YAML file, divided by lines that begin with `---` or `...`; empty ones are left out. */
export function* documentsOf(text: string): Generator<YamlDocument> {
  let [start, line] = [0, 1];
  for (const marker of text.matchAll(/(?<![^\n])(?:---|\.\.\.)(?=[ \t\r\n]|$)/gu)) {
    const document = text.slice(start, marker.index);
    if (!isEmpty(document)) yield { text: document, line };
    line += linesIn(document);
    start = marker.index + marker[0].length;
  }
  const last = text.slice(start);
  if (!isEmpty(last)) yield { text: last, line };
}

/**
 * The members of a document that is a plain map of texts.
 *
 * @throws Fault `vault_invalid` for anything else, naming the line
 */
export function fieldsOf(document: YamlDocument): Fields {
  return plainFields(document) ?? parsedFields(document);
}

function isEmpty(text: string): boolean {
  return text.split('\n').every((line) => emptyLine.test(line));
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** `key: value`, with the value in quotes and without escapes, or in letters that mean nothing else in YAML. */
const plainLine = /^([A-Za-z]+):[ ]+(?:"([^"\\\r]*)"|'([^'\r]*)'|([A-Za-z0-9/._][\w./@+-]*))(?:[ \t]+#.*)?[ \t]*\r?$/u;
const emptyLine = /^[ \t]*(?:#.*)?\r?$/u;

/**
 * Reads what nearly all descriptors are, many times faster than a parser of YAML can. @returns null for anything else
 */
function plainFields({ text }: YamlDocument): Fields | null {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (emptyLine.test(line)) continue;
    const found = plainLine.exec(line);
    const key = found?.[1];
    if (found === null || key === undefined || fields.has(key)) return null;
    fields.set(key, found[2] ?? found[3] ?? found[4] ?? '');
  }
  return fields;
}

function parsedFields({ text, line }: YamlDocument): Fields {
  if (text.length > documentLengthMax) throw unusable(`line ${line}: this is far too long for a descriptor of a key`);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter,
  });
  const at = (offset: number | undefined) => `line ${line + Math.max(lineCounter.linePos(offset ?? 0).line, 1) - 1}`;
  // The parser's code, not its text, which may quote the file.
  const [error] = document.errors;
  if (error !== undefined) throw unusable(`${at(error.pos[0])}: this is not valid YAML (${error.code})`);
  if (!isMap(document.contents)) throw unusable(`line ${line}: this is not a map of "key: value" lines`);
  const fields = new Map<string, string>();
  for (const { key, value } of document.contents.items) {
    const [name, text] = [plainText(key), plainText(value)];
    const offset = isScalar(key) ? key.range?.[0] : undefined;
    if (name === null || text === null) throw unusable(`${at(offset)}: this is not of the form "key: value"`);
    fields.set(name, text);
  }
  return fields;
}

/** The text of a scalar without anchor or tag; null for all else, aliases among it. */
function plainText(node: unknown): string | null {
  if (!isScalar(node) || node.tag !== undefined || node.anchor !== undefined) return null;
  if (node.type === 'PLAIN') return node.source ?? null;
  return typeof node.value === 'string' ? node.value : null;
}
