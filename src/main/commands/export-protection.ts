import type { Config } from '../../config/config.ts';
import type { ExportSummary } from '../protection/export-marks.ts';
import { exportOf } from '../protection/export-of.ts';
import { ProgressBar } from '../protection/progress.ts';
import { reachProtection } from '../protection/reach.ts';
import { writeStandardOutput } from '../protection/standard-output.ts';
import { writeWholeFile } from '../protection/whole-file.ts';
import { readConfig } from '../read-config.ts';
import type { GlobalOptions } from './global-options.ts';

export interface ExportOptions extends GlobalOptions {
  /** A path, or `-` for standard output. */
  readonly file: string;
  readonly force?: boolean;
  readonly network?: string;
  readonly key?: readonly string[];
  readonly json?: boolean;
}

/** `tidemark protection export FILE`: what each key has signed last, as other signers read it. */
export async function exportProtection(options: ExportOptions): Promise<void> {
  // Whatever goes to standard output is the file's.
  const say = options.file === '-' ? console.error : console.log;
  await exportFile(readConfig(options), options, (line) => say(line));
}

/**
 * The same, on a configuration that was read.
 *
 * @throws Fault `config_invalid` when the file is there already, or cannot be written, or it cannot be told of which
 *   network it should be; `store_in_use`, of the store: nothing is left of the file then
 */
async function exportFile(
  config: Config,
  { file, force = false, network, key, json = false }: Omit<ExportOptions, keyof GlobalOptions>,
  print: (line: string) => void,
): Promise<void> {
  const asked = { network: network ?? null, keys: key ?? null };
  const bar = new ProgressBar();
  const write = async (pieces: AsyncIterable<string | Uint8Array>): Promise<void> => {
    const shown = counted(pieces, (done) => bar.show({ stage: 'exporting, bytes:', done, total: null }));
    try {
      await (file === '-' ? writeStandardOutput(shown) : writeWholeFile(file, shown, { force }));
    } finally {
      bar.end();
    }
  };
  const report = (summary: ExportSummary, place: string): void => {
    if (json) return print(JSON.stringify({ file, ...summary }));
    print(`${place}: network=${summary.genesis_validators_root} keys=${summary.keys} marks=${summary.marks}`);
    print(file === '-' ? 'The export is whole.' : `${file} is whole.`);
  };
  await reachProtection(config, {
    direct: async (store, place) => {
      const marks = await exportOf(store, asked);
      await write(marks.pieces());
      report(marks.summary, place);
    },
    through: async (signer, place) => {
      const { pieces, summary } = await signer.exportFile(asked);
      await write(pieces);
      report(summary(), place);
    },
    make: false,
    say: json ? console.error : print,
  });
}

async function* counted<T extends string | Uint8Array>(
  pieces: AsyncIterable<T>,
  tell: (bytes: number) => void,
): AsyncIterable<T> {
  let done = 0;
  for await (const piece of pieces) {
    yield piece;
    tell((done += piece.length));
  }
}
