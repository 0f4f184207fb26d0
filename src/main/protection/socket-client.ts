import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errnoOf, Fault, messageOf } from '../../base/fault.ts';
import type { ExportAsked } from '../../http/protection-desk.ts';
import type { ExportSummary } from './export-marks.ts';
import type { EntryResult, ImportProgress, ImportSummary } from './import-summary.ts';
import type { LaneRecord } from '../../protection/store.ts';
import type { InterchangeFile } from './interchange-file.ts';
import { faultOf, parseExportSummary, parseImportLine, parseMarks, parseRefusal } from './socket-words.ts';

/** Is told how an import goes. */
export interface ImportTold {
  readonly onEntry: (entry: EntryResult) => void;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** A running signer's protection socket, from the side of a command. */
export class ProtectionClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** Does a signer answer there? */
  async answers(): Promise<boolean> {
    try {
      (await this.#ask('GET', '/api/v1/protection/', null)).resume();
      return true;
    } catch {
      return false;
    }
  }

  /**
   * The signer's export.
   *
   * @returns its pieces; and its summary, when they are through
   * @throws Fault what the signer said; `store_unavailable` when the connection broke, also in the middle of a piece
   */
  async exportFile({ network, keys }: ExportAsked): Promise<{
    readonly pieces: AsyncIterable<Uint8Array>;
    readonly summary: () => ExportSummary;
  }> {
    const query = new URLSearchParams(network === null ? {} : { network });
    for (const key of keys ?? []) query.append('key', key);
    const response = await this.#ask('GET', `/api/v1/protection/export?${query.toString()}`, null);
    if (response.statusCode !== 200) throw await refusalOf(response);
    return { pieces: wholeBody(response), summary: () => parseExportSummary(summaryText(response)) };
  }

  /** @throws Fault what the signer said; `store_unavailable` when it did not say how it ended */
  async importFile(
    file: InterchangeFile,
    { force, verbose }: { readonly force: boolean; readonly verbose: boolean },
    told: ImportTold,
  ): Promise<ImportSummary> {
    const query = `force=${force ? 1 : 0}&verbose=${verbose ? 1 : 0}`;
    const response = await this.#ask('POST', `/api/v1/protection/import?${query}`, file);
    if (response.statusCode !== 200) throw await refusalOf(response);
    try {
      for await (const text of linesOf(response)) {
        const summary = hear(text, told);
        if (summary !== null) return summary;
      }
    } catch (error) {
      if (error instanceof Fault) throw error;
    }
    throw brokenOff('how the import ended is not known: import the file again, which is always safe');
  }

  /** What one key has signed last, on every network. @throws Fault what the signer said; `store_unavailable` */
  async marksOf(key: string): Promise<readonly LaneRecord[]> {
    const response = await this.#ask('GET', `/api/v1/protection/marks/${key}`, null);
    if (response.statusCode !== 200) throw await refusalOf(response);
    return parseMarks(await textOf(response));
  }

  async #ask(method: string, path: string, file: InterchangeFile | null): Promise<IncomingMessage> {
    const asked = request({ socketPath: this.#socket, method, path });
    try {
      return await answerTo(asked, file);
    } catch (error) {
      const text = `the signer's socket ${this.#socket} does not answer (${errnoOf(error) ?? messageOf(error)})`;
      throw new Fault('store_unavailable', text, { cause: error });
    }
  }
}

/** What breaks off while it is sent the answer tells, or its absence: a signer may refuse before it has read it all. */
async function answerTo(asked: ClientRequest, file: InterchangeFile | null): Promise<IncomingMessage> {
  return await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on('response', resolve).on('error', reject);
    if (file === null) asked.end();
    else pipeline(Readable.from(copiesOf(file), { objectMode: false }), asked).catch(reject);
  });
}

/** The memory of a piece is used again, and a stream may still hold the last ones. */
async function* copiesOf(file: InterchangeFile): AsyncIterable<Uint8Array> {
  for await (const piece of file.pieces()) yield Uint8Array.from(piece);
}

/** @returns the summary, which is the last line */
function hear(text: string, told: ImportTold): ImportSummary | null {
  const line = parseImportLine(text);
  if ('summary' in line) return line.summary;
  if ('error' in line) throw faultOf(line.error);
  if ('entry' in line) told.onEntry(line.entry);
  else told.onProgress(line.progress);
  return null;
}

async function* bytesOf(response: IncomingMessage): AsyncIterable<Uint8Array> {
  for await (const piece of response) if (piece instanceof Uint8Array) yield piece;
}

async function* wholeBody(response: IncomingMessage): AsyncIterable<Uint8Array> {
  try {
    yield* bytesOf(response);
  } catch (error) {
    throw brokenOff(`the export is not whole (${messageOf(error)})`);
  }
  // Only an export that came to its end has one.
  summaryText(response);
}

function summaryText(response: IncomingMessage): string {
  const text = response.trailers['tidemark-summary'];
  if (response.complete && text !== undefined) return text;
  throw brokenOff('the export is not whole');
}

async function* linesOf(response: IncomingMessage): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of bytesOf(response)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function brokenOff(what: string): Fault {
  return new Fault('store_unavailable', `the signer broke off; ${what}`);
}

async function refusalOf(response: IncomingMessage): Promise<Fault> {
  return parseRefusal(await textOf(response));
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOf(response)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
