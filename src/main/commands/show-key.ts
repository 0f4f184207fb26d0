import { Fault, isFault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import { servedNetworks } from '../../config/served-networks.ts';
import { builtInNetworks } from '../../ethereum/built-in-networks.ts';
import type { Network } from '../../ethereum/network.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import type { LaneRecord, MarkStore } from '../../protection/store.ts';
import { parseKeyHash } from '../../tezos/key-hash.ts';
import { openMarkStore } from '../open-store.ts';
import { watermarkPlace } from '../store-place.ts';
import { markText } from '../protection/mark-text.ts';
import { parseKey } from '../protection/parse-key.ts';
import { reachProtection } from '../protection/reach.ts';
import { lanesOfKey } from './lanes.ts';

export interface ShowKeyOptions {
  /** As it was written: a BLS public key, or a Tezos key hash. */
  readonly key: string;
  readonly json?: boolean;
}

type Print = (line: string) => void;

/**
 * `tidemark protection show KEY`: what one key has signed last, as a person reads it. An Ethereum key is looked up in
 * `anti_slashing`, through the running signer where that holds it; a Tezos key in `watermark`.
 *
 * @throws Fault `config_invalid`, `store_in_use`, of the store
 */
export async function showKey(config: Config, { key, json = false }: ShowKeyOptions, print: Print): Promise<void> {
  const show = (name: string, records: readonly LaneRecord[], place: string): void => {
    if (json) return print(JSON.stringify({ key: name, store: place, lanes: records }, numbersAsText));
    print(`${name}, ${place}`);
    if (records.length === 0) print('nothing recorded: this store has never seen the key');
    printLanes(records, networksOf(config), print);
  };
  if (key.startsWith('tz')) return await showTezos(config, tezosKey(key), show);
  const name = parseKey(key);
  await reachProtection(config, {
    direct: async (store, place) => show(name, await lanesOfKey(store, name), place),
    through: async (signer, place) => show(name, await signer.marksOf(name), place),
    make: false,
    say: (line) => console.error(line),
  });
}

type Show = (name: string, records: readonly LaneRecord[], place: string) => void;

async function showTezos(config: Config, key: string, show: Show): Promise<void> {
  const place = watermarkPlace(config);
  if (place.backend === 'mem' || place.backend === 'noop') {
    throw new Fault('config_invalid', `watermark.driver is ${config.watermark.driver}: there is nothing to look at`);
  }
  const parts = { log: createLog(config.log), metrics: new Metrics([]), make: false };
  const store: MarkStore = await openMarkStore(place, parts).catch((error: unknown) => {
    if (!isFault(error, 'store_in_use')) throw error;
    const text = `the signer is running and holds the Tezos marks: stop it to look (${error.message})`;
    throw new Fault('store_in_use', text, { cause: error });
  });
  try {
    show(key, await lanesOfKey(store, key), `watermark.driver ${config.watermark.driver}`);
  } finally {
    await store.end();
  }
}

function tezosKey(text: string): string {
  try {
    return parseKeyHash(text).text;
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new Fault('config_invalid', `"${text}" is no Tezos key hash (tz1 to tz4): ${error.message}`);
  }
}

/** One network after the other, each with a heading. */
function printLanes(records: readonly LaneRecord[], networks: readonly Network[], print: Print): void {
  let heading = '';
  for (const record of records) {
    const { network: root } = record.lane;
    const network = networks.find(({ genesisValidatorsRoot }) => genesisValidatorsRoot === root) ?? null;
    if (root !== heading) print(network === null ? root : `${network.name} (${root})`);
    heading = root;
    print(`  ${markText(record, network)}`);
  }
}

function networksOf(config: Config): readonly Network[] {
  const served = config.ethereum === null ? null : servedNetworks(config.ethereum, config).served;
  return [...(served ?? []), ...builtInNetworks];
}

function numbersAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
