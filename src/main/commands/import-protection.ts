import { tmpdir } from 'node:os';
import { Fault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import { servedNetworks } from '../../config/served-networks.ts';
import { Networks } from '../../ethereum/networks.ts';
import { checkInterchange } from '../protection/import-check.ts';
import { importMarks } from '../protection/import-marks.ts';
import type { EntryResult, ImportSummary } from '../protection/import-summary.ts';
import { InterchangeFile } from '../protection/interchange-file.ts';
import { ProgressBar } from '../protection/progress.ts';
import { reachProtection } from '../protection/reach.ts';
import { readConfig } from '../read-config.ts';
import type { GlobalOptions } from './global-options.ts';

export interface ImportOptions extends GlobalOptions {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly force?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** So many entries wait for the store together: more than a commit takes. */
const together = 256;

/** `tidemark protection import FILE`: takes over what another signer signed. */
export async function importProtection(options: ImportOptions): Promise<void> {
  await importFile(readConfig(options), options, (line) => console.log(line));
}

/**
 * The same, on a configuration that was read. The file is checked from end to end before anything of it is imported;
 * marks only rise, so importing it again changes nothing.
 *
 * @throws Fault `config_invalid` for a file that cannot be read or that is of a network which is not served, what
 *   `checkInterchange` throws, `store_in_use`, of the store
 */
export async function importFile(
  config: Config,
  { file: path, ...options }: Omit<ImportOptions, keyof GlobalOptions>,
  print: (line: string) => void,
): Promise<void> {
  const file = path === '-' ? await spoolStandardInput() : await InterchangeFile.open(path);
  try {
    await new ImportCommand(config, file, options, print).run();
  } finally {
    await file.end();
  }
}

async function spoolStandardInput(): Promise<InterchangeFile> {
  return await InterchangeFile.spool(process.stdin, tmpdir(), 'standard input');
}

type Shown = Pick<ImportOptions, 'force' | 'verbose' | 'json'>;

class ImportCommand {
  readonly #config: Config;
  readonly #file: InterchangeFile;
  readonly #options: Shown;
  readonly #print: (line: string) => void;
  readonly #bar = new ProgressBar();

  constructor(config: Config, file: InterchangeFile, options: Shown, print: (line: string) => void) {
    this.#config = config;
    this.#file = file;
    this.#options = options;
    this.#print = print;
  }

  async run(): Promise<void> {
    const { force = false, json = false } = this.#options;
    const told = { onEntry: (entry: EntryResult) => this.#tell(entry), onProgress: this.#bar.show };
    try {
      const networks = servedBy(this.#config);
      const nowMs = () => Date.now();
      const network = await checkInterchange(this.#file, { networks, force, nowMs, ...told });
      await reachProtection(this.#config, {
        direct: async (store, place) => {
          this.#report(await importMarks(this.#file, { store, network, together, ...told }), place);
        },
        through: async (signer, place) => {
          const { verbose = false } = this.#options;
          this.#report(await signer.importFile(this.#file, { force, verbose }, told), place);
        },
        make: true,
        say: json ? console.error : this.#print,
      });
    } finally {
      this.#bar.end();
    }
  }

  #tell(entry: EntryResult): void {
    if (this.#options.verbose !== true) return;
    const { key, block, attestation, result, slashable } = entry;
    if (this.#options.json === true) return this.#print(JSON.stringify(entry));
    const warning = slashable ? ' slashable' : '';
    this.#print(`${key} block=${block ?? '-'} attestation=${attestation ?? '-'} ${words[result]}${warning}`);
  }

  #report(summary: ImportSummary, place: string): void {
    this.#bar.end();
    if (this.#options.json === true) return this.#print(JSON.stringify(summary));
    const { network, keys, marks, raised, slashable } = summary;
    this.#print(`${place}: network=${network} keys=${keys} marks=${marks} raised=${raised}`);
    this.#print(`${marks - raised} stood as high already; nothing was lowered.`);
    if (slashable === 0) return;
    const text =
      'contains_slashable_data: so many keys signed what they can be slashed for, and were imported at their highest:';
    this.#print(`${text} ${slashable}`);
  }
}

const words = { raised: 'raised', kept: 'kept ours', empty: 'nothing in it' } as const;

/** @throws Fault `config_invalid` when there is no Ethereum side */
function servedBy(config: Config): Networks {
  const { ethereum } = config;
  if (ethereum === null) throw new Fault('config_invalid', 'the configuration has no anti_slashing to import into');
  return new Networks(servedNetworks(ethereum, config));
}
