import { type FileHandle, open } from 'node:fs/promises';
import { errnoOf, Fault, isFault } from '../../base/fault.ts';
import { type JsonObject, type JsonValue, parseJson } from '../../base/json.ts';
import { entryLabel, type SecretEntry } from '../secret-entry.ts';

/** What Signatory's file vault reads: `[{"name": "…", "value": "unencrypted:edsk…"}, …]`. */
export interface SecretsFile {
  readonly entries: readonly SecretEntry[];
  /** What an operator should know, though it stops nothing. */
  readonly warnings: readonly string[];
  /** The file as it stands. It holds secrets: whoever asked wipes it. */
  readonly bytes: Uint8Array;
}

const fileBytesMax = 1024 * 1024;
const jsonLimits = { depthMax: 8, valuesMax: 100_000 };

/**
 * Reads a file of secrets. Its texts become strings, which cannot be wiped; they go when V8 collects them.
 *
 * @throws Fault `vault_invalid` when it cannot be read, when everybody can read it, when it is not of that form, or
 *   when two entries bear the same name
 */
export async function readSecretsFile(path: string): Promise<SecretsFile> {
  const { bytes, mode } = await readBounded(path);
  const entries = entriesOf(path, bytes);
  const shared = `${path} can be read or written by its group (mode ${octal(mode)})`;
  const warnings = (mode & 0o070) === 0 ? [] : [`${shared}; if that is not meant: chmod 600 ${path}`];
  return { entries, bytes, warnings };
}

async function readBounded(path: string): Promise<{ bytes: Uint8Array; mode: number }> {
  try {
    await using file = await open(path, 'r');
    const { mode } = await file.stat();
    refuseOpenToAll(path, mode);
    return { bytes: await readAll(path, file), mode };
  } catch (error) {
    if (isFault(error)) throw error;
    const text = `${path} cannot be read: ${errnoOf(error) ?? 'for an unknown reason'}`;
    throw new Fault('vault_invalid', text, { cause: error });
  }
}

function refuseOpenToAll(path: string, mode: number): void {
  if ((mode & 0o007) === 0) return;
  const text = `${path} holds secrets and is open to every user of this machine (mode ${octal(mode)})`;
  throw new Fault('vault_invalid', `${text}: run chmod 600 ${path}, or mount it with mode 0400`);
}

/** Up to the limit, whatever the file says of its size: a pipe says nothing. */
async function readAll(path: string, file: FileHandle): Promise<Uint8Array> {
  const buffer = new Uint8Array(fileBytesMax + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  buffer.fill(0);
  throw new Fault('vault_invalid', `${path} is longer than ${fileBytesMax} bytes: is it a file of secrets?`);
}

function entriesOf(path: string, bytes: Uint8Array): readonly SecretEntry[] {
  const document = parsed(path, bytes);
  if (!Array.isArray(document)) throw new Fault('vault_invalid', `${path} is not a JSON array of {"name", "value"}`);
  const entries = document.map((value: JsonValue, index) => entryOf(path, value, index));
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new Fault('vault_invalid', `${path}: ${entryLabel(name)} is there twice: rename one`);
    names.add(name);
  }
  return entries;
}

function parsed(path: string, bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes, jsonLimits);
  } catch (error) {
    if (!isFault(error)) throw error;
    // Not the parser's text: it quotes the character where it stopped.
    const at = error.facts['offset'] === undefined ? '' : ` at byte ${error.facts['offset']}`;
    throw new Fault('vault_invalid', `${path} is not valid JSON (${error.code}${at})`);
  }
}

/** Whatever stands before the first colon says how the value is stored; like Signatory we go by the text itself. */
function entryOf(path: string, value: JsonValue, index: number): SecretEntry {
  if (isObject(value)) {
    const name = value.get('name');
    const text = value.get('value');
    if (typeof name === 'string' && typeof text === 'string') return { name, text: text.slice(text.indexOf(':') + 1) };
  }
  const form = '{"name": "…", "value": "unencrypted:edsk…"}';
  throw new Fault('vault_invalid', `${path}: entry ${index + 1} is not of the form ${form}`);
}

function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
