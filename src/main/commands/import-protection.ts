import { readFileSync } from 'node:fs';
import { errnoOf, Fault, isFault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import { servedNetworks } from '../../config/served-networks.ts';
import { checkHorizon } from '../../ethereum/horizon.ts';
import { type LaneMark, marksOf, parseInterchange } from '../../ethereum/interchange.ts';
import type { Network } from '../../ethereum/network.ts';
import { Networks } from '../../ethereum/networks.ts';
import type { MarkStore } from '../../protection/store.ts';
import { readConfig } from '../read-config.ts';
import { withAntiSlashing } from './anti-slashing.ts';
import type { GlobalOptions } from './global-options.ts';

export interface ImportOptions extends GlobalOptions {
  readonly file: string;
  readonly force?: boolean;
}

/** As many keys as the largest operators have, at two marks each. */
const fileBytesMax = 512 * 1024 * 1024;
/** So many marks share a commit of the store. */
const together = 256;

/** `tidemark protection import FILE`: takes over what another signer signed. */
export async function importProtection(options: ImportOptions): Promise<void> {
  await importFile(readConfig(options), options, (line) => console.log(line));
}

/**
 * The same, on a configuration that was read. The file is checked as a whole before anything of it is imported; marks
 * only rise, so importing it again changes nothing.
 *
 * @throws Fault `config_invalid` for a file that cannot be read or that is of a network which is not served, what
 *   `parseInterchange` throws, `beyond_future_bound`, `store_in_use`, of the store
 */
export async function importFile(
  config: Config,
  { file, force = false }: Pick<ImportOptions, 'file' | 'force'>,
  print: (line: string) => void,
): Promise<void> {
  const interchange = parseInterchange(readInterchange(file));
  const network = networkOf(config, interchange.genesisValidatorsRoot, file);
  const marks = marksOf(interchange, network.genesisValidatorsRoot);
  if (!force) checkMarks(marks, network);
  const use = async (store: MarkStore, place: string) => {
    const raised = await raiseAll(store, marks, print);
    const keys = new Set(marks.map(({ lane }) => lane.key)).size;
    print(`${place}: network=${network.name} keys=${keys} marks=${marks.length} raised=${raised}`);
    print(`${marks.length - raised} stood as high already; nothing was lowered.`);
  };
  await withAntiSlashing(config, use, { make: true });
}

function readInterchange(file: string): Uint8Array {
  try {
    const bytes = readFileSync(file);
    if (bytes.length <= fileBytesMax) return bytes;
  } catch (error) {
    const text = `the interchange file ${file} cannot be read (${errnoOf(error) ?? 'for an unknown reason'})`;
    throw new Fault('config_invalid', text, { cause: error });
  }
  throw new Fault('config_invalid', `the interchange file ${file} is longer than ${fileBytesMax} bytes`);
}

/** @throws Fault `config_invalid` when no network of this root is served */
function networkOf(config: Config, root: string, file: string): Network {
  const { ethereum } = config;
  if (ethereum === null) throw new Fault('config_invalid', 'the configuration has no anti_slashing to import into');
  try {
    return new Networks(servedNetworks(ethereum, config)).byRoot(root, '');
  } catch (error) {
    if (!isFault(error, 'wrong_network')) throw error;
    throw new Fault('config_invalid', `the interchange file ${file}: ${error.message}; nothing was imported`);
  }
}

/** A mark far ahead of the clock would keep its key from signing until then. */
function checkMarks(marks: readonly LaneMark[], network: Network): void {
  const nowMs = BigInt(Date.now());
  for (const { lane, mark } of marks) {
    const named = lane.duty === 'block' ? { slot: mark.height, epoch: null } : { slot: null, epoch: mark.height };
    try {
      checkHorizon({ network, ...named }, nowMs, network.preset.slotsPerEpoch);
    } catch (error) {
      if (!isFault(error)) throw error;
      const advice = 'the key could not sign until then; if the file is right, import it with --force';
      throw new Fault(error.code, `the ${lane.duty} of ${lane.key}: ${error.message}; ${advice}`);
    }
  }
}

/** @returns how many marks rose */
async function raiseAll(store: MarkStore, marks: readonly LaneMark[], print: (line: string) => void): Promise<number> {
  let raised = 0;
  for (let done = 0; done < marks.length; done += together) {
    const rose = await Promise.all(marks.slice(done, done + together).map((mark) => raise(store, mark)));
    raised += rose.filter(Boolean).length;
    if (done > 0 && done % (together * 64) === 0) print(`${done} of ${marks.length} marks`);
  }
  return raised;
}

async function raise(store: MarkStore, { lane, mark }: LaneMark): Promise<boolean> {
  const { mark: before } = await store.read(lane);
  const after = await store.raise(lane, mark);
  return before === null || before.height !== after.height || before.floor !== after.floor;
}
