import { Fault } from '../../base/fault.ts';
import { createLog, type Log } from '../../observe/log.ts';
import type { LaneState } from '../../protection/mark.ts';
import type { MarkStore } from '../../protection/store.ts';
import { type LaneResult, Migration, type MigrationSummary } from '../migration/migration.ts';
import { checkEnds, openSource, openTarget, parseEnd, type ReadConfig } from '../migration/place.ts';
import { readConfig } from '../read-config.ts';
import type { GlobalOptions } from './global-options.ts';

export interface MigrateOptions extends GlobalOptions {
  readonly from: string;
  readonly to: string;
  readonly yes?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/**
 * `tidemark protection migrate`: takes the marks of one store over into another; says what it would do without `--yes`.
 */
export async function migrateProtection(options: MigrateOptions): Promise<void> {
  const read: ReadConfig = (file) => readConfig(file === null ? options : { ...options, config: file });
  const log = createLog({ level: options.log ?? 'warn', format: options.jsonLog === true ? 'json' : 'text' });
  await migrate(options, { read, log, print: (line) => console.log(line) });
}

export interface MigrateParts {
  readonly read: ReadConfig;
  readonly log: Log;
  readonly print: (line: string) => void;
}

/**
 * The same, with other configurations. The lines that it prints are the operator's; progress goes to the terminal.
 *
 * @throws Fault `config_invalid`, `store_in_use`, `store_failed` when the target stands lower in the end; of the stores
 */
export async function migrate(options: MigrateOptions, { read, log, print }: MigrateParts): Promise<void> {
  const ends = { from: parseEnd('--from', options.from, read), to: parseEnd('--to', options.to, read) };
  checkEnds(ends.from, ends.to);
  const from = await openSource(ends.from, log);
  try {
    const to = await openTarget(ends.to, log);
    try {
      checkStores(from.store, to.store);
      await new Told(options, print).migrate(from.store, to.store);
    } finally {
      await to.end();
    }
  } finally {
    await from.end();
  }
}

/** Two doors may lead to one store. */
function checkStores(from: MarkStore, to: MarkStore): void {
  if (from.identity === to.identity) throw new Fault('config_invalid', '--from and --to are the same store');
}

/** What the operator reads of it. */
class Told {
  readonly #options: Pick<MigrateOptions, 'yes' | 'verbose' | 'json'>;
  readonly #print: (line: string) => void;
  #lanes = 0;

  constructor(options: Pick<MigrateOptions, 'yes' | 'verbose' | 'json'>, print: (line: string) => void) {
    this.#options = options;
    this.#print = print;
  }

  async migrate(from: MarkStore, to: MarkStore): Promise<void> {
    const { yes = false, json = false } = this.#options;
    const migration = new Migration({ from, to, onLane: (result) => this.#lane(result) });
    const summary = await (yes ? migration.run() : migration.plan());
    if (yes) await migration.verify();
    if (json) return this.#print(JSON.stringify({ ...summary, done: yes }));
    this.#print(`from ${from.backend}, store ${from.identity}`);
    this.#print(`to ${to.backend}, store ${to.identity}`);
    this.#summarise(summary, yes);
  }

  #summarise({ lanes, raised, closed, lines }: MigrationSummary, done: boolean): void {
    const [raise, close, draw] = done ? ['raised', 'closed', 'drawn'] : ['to raise', 'to close', 'to draw'];
    const rest = lanes - raised;
    this.#print(
      `lanes=${lanes}, ${raise}=${raised}, stand as high already=${rest}, ${close}=${closed}, stop lines ${draw}=${lines}`,
    );
    if (done) return this.#print('Every lane was read back: the target refuses whatever the source refuses.');
    this.#print('Nothing was changed. Stop every signer on the source, then run it again with --yes.');
  }

  #lane(result: LaneResult): void {
    this.#lanes += 1;
    if (process.stderr.isTTY && this.#lanes % 1_000 === 0) process.stderr.write(`\r${this.#lanes} lanes`);
    if (this.#options.verbose !== true) return;
    const { lane, change, before, after } = result;
    if (this.#options.json === true) return this.#print(JSON.stringify(result, numbersAsText));
    this.#print(`${lane}: ${change}, ${textOf(before)} -> ${textOf(after)}`);
  }
}

function textOf({ mark, closed }: LaneState): string {
  const state = closed ? ' closed' : '';
  if (mark === null) return `nothing${state}`;
  return `(${mark.height}, ${mark.round}, ${mark.floor}) ${mark.root ?? 'root not known'}${state}`;
}

function numbersAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
