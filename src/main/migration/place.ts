import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import type { Lane } from '../../protection/lane.ts';
import type { MarkStore } from '../../protection/store.ts';
import { openMarkStore } from '../open-store.ts';
import { antiSlashingPlace, type StorePlace, watermarkPlace } from '../store-place.ts';

/** One end of a migration, as the command line names it. */
export interface End {
  /** As it was written. */
  readonly text: string;
  readonly place: StorePlace;
  /** The chain whose marks belong there; null where both may. */
  readonly chain: Lane['chain'] | null;
  /** Files of Signatory, which are only read. */
  readonly signatory: boolean;
}

/** Reads the configuration file that an end names; `null` is the one of the command. */
export type ReadConfig = (file: string | null) => Config;

export const endForms =
  'watermark or anti_slashing of the configuration, or of another one (watermark@OLD.yaml), sqlite:FILE, file:FOLDER, ' +
  'or signatory:FOLDER, the base_dir of a Signatory';

/**
 * `watermark`, `anti_slashing`, each with `@FILE` for another configuration, `sqlite:FILE`, `file:FOLDER`,
 * `signatory:FOLDER`. Secrets stand in configurations, never in the command line.
 *
 * @param option as the command has it, for messages
 * @throws Fault `config_invalid`
 */
export function parseEnd(option: string, text: string, readConfig: ReadConfig): End {
  const [, scheme, path] = /^(sqlite|file|signatory):(.+)$/su.exec(text) ?? [];
  if (scheme !== undefined && path !== undefined) return pathEnd(text, scheme, resolve(path));
  const [, door, file] = /^(watermark|anti_slashing)(?:@(.+))?$/su.exec(text) ?? [];
  if (door === undefined) throw new Fault('config_invalid', `${option}: found "${text}"; expected ${endForms}`);
  const end = doorEnd(text, door, readConfig(file ?? null));
  if (end.place.backend !== 'mem' && end.place.backend !== 'noop') return end;
  throw new Fault('config_invalid', `${option}: ${text} is ${end.place.backend}, which keeps nothing`);
}

function pathEnd(text: string, scheme: string, path: string): End {
  if (scheme === 'sqlite') return { text, place: { backend: 'sqlite', path }, chain: null, signatory: false };
  const place = { backend: 'file', folder: path, setting: text } as const;
  return { text, place, chain: null, signatory: scheme === 'signatory' };
}

function doorEnd(text: string, door: string, config: Config): End {
  if (door === 'watermark') return { text, place: watermarkPlace(config), chain: 'tezos', signatory: false };
  if (config.ethereum === null) throw new Fault('config_invalid', `${text}: the configuration has no anti_slashing`);
  return { text, place: antiSlashingPlace(config.ethereum.antiSlashing), chain: 'ethereum', signatory: false };
}

/** @throws Fault `config_invalid` when both are the same, or their chains differ */
export function checkEnds(from: End, to: End): void {
  if (to.signatory) {
    const text = `--to: ${to.text}: files of Signatory are only read; the file store writes what Signatory reads`;
    throw new Fault('config_invalid', text);
  }
  if (pathOf(from.place) !== null && pathOf(from.place) === pathOf(to.place)) {
    throw new Fault('config_invalid', `--from and --to are the same store, ${to.text}`);
  }
  if (from.chain === null || to.chain === null || from.chain === to.chain) return;
  throw new Fault('config_invalid', `--from is a store of ${from.chain} marks, and --to one of ${to.chain} marks`);
}

function pathOf(place: StorePlace): string | null {
  if (place.backend === 'sqlite') return place.path;
  return place.backend === 'file' ? place.folder : null;
}

export interface Opened {
  readonly store: MarkStore;
  end(): Promise<void>;
}

/**
 * A source must be there: a mistyped path must not look like a store that has signed nothing.
 *
 * @throws Fault `config_invalid`, `store_in_use` while a signer runs on it, what is wrong with it
 */
export async function openSource({ text, place, signatory }: End, log: Log): Promise<Opened> {
  if (place.backend === 'file' && signatory) return await openSignatory(place.folder, log);
  const missing =
    (place.backend === 'sqlite' && !existsSync(place.path)) ||
    (place.backend === 'file' &&
      !['protection', ...signatoryFolders].some((one) => existsSync(join(place.folder, one))));
  if (missing) throw new Fault('config_invalid', `--from: there is no store at ${text}`);
  const store = await openMarkStore(place, { log, metrics: new Metrics([]), make: false });
  return { store, end: () => store.end() };
}

/** @throws Fault `config_invalid`, `store_in_use` while a signer runs on it, what is wrong with it */
export async function openTarget({ place }: End, log: Log): Promise<Opened> {
  const store = await openMarkStore(place, { log, metrics: new Metrics([]), make: true });
  return { store, end: () => store.end() };
}

/** Signatory's folders of watermarks, newest first. */
const signatoryFolders = ['watermark_v2', 'watermark_v1', 'watermark'] as const;

/** The file store reads them, from a copy: it makes files of its own, and the original is to stay as it was. */
async function openSignatory(folder: string, log: Log): Promise<Opened> {
  const there = signatoryFolders.filter((name) => existsSync(join(folder, name)));
  if (there.length === 0) {
    const text = `--from: signatory:${folder} has no watermarks (${signatoryFolders.join(', ')}); is it base_dir?`;
    throw new Fault('config_invalid', text);
  }
  const copy = mkdtempSync(join(tmpdir(), 'tidemark-migrate-'));
  const remove = (): void => rmSync(copy, { recursive: true, force: true });
  try {
    for (const name of there) cpSync(join(folder, name), join(copy, name), { recursive: true, dereference: true });
    const place = { backend: 'file', folder: copy, setting: `signatory:${folder}` } as const;
    const store = await openMarkStore(place, { log, metrics: new Metrics([]) });
    const end = async (): Promise<void> => {
      await store.end();
      remove();
    };
    return { store, end };
  } catch (error) {
    remove();
    throw error;
  }
}
