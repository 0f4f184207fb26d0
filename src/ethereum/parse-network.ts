import { Fault } from '../base/fault.ts';
import { type Fork, forkNames, type ForkName, type Network, type Preset } from './network.ts';
import { presets } from './presets.ts';

/** What a file of a network may say, as read from YAML: values are texts. */
export type NetworkFields = Readonly<Record<string, unknown>>;

const farFuture = 2n ** 64n - 1n;
const decimalForm = /^(?:0|[1-9][0-9]{0,19})$/u;

/**
 * A network from a file of the form of the consensus specifications' `config.yaml`, with two keys more, which such files
 * do not hold: `GENESIS_VALIDATORS_ROOT` and `GENESIS_TIME`. Keys that no root depends on are passed over.
 *
 * @param fields read so that every value stays a text (YAML's "failsafe" schema): hex there is written without quotes
 * @throws Fault `config_invalid`, which names the key
 */
export function parseNetwork(fields: NetworkFields): Network {
  const file = new NetworkFile(fields);
  return {
    name: file.text('CONFIG_NAME'),
    genesisValidatorsRoot: `0x${file.hex('GENESIS_VALIDATORS_ROOT', 32)}`,
    genesisTime: file.uint64('GENESIS_TIME'),
    secondsPerSlot: secondsPerSlot(file),
    preset: presetOf(file),
    forks: forksOf(file),
  };
}

function presetOf(file: NetworkFile): Preset {
  const name = file.text('PRESET_BASE');
  const preset = Object.values(presets).find((known) => known.name === name);
  if (preset !== undefined) return preset;
  throw file.wrong('PRESET_BASE', `must be one of ${Object.keys(presets).join(', ')}`);
}

/** By the older key, by the newer one, or by both if they agree. */
function secondsPerSlot(file: NetworkFile): bigint {
  const durationMs = file.has('SLOT_DURATION_MS') ? file.uint64('SLOT_DURATION_MS') : null;
  if (durationMs === null) return positive(file, 'SECONDS_PER_SLOT', file.uint64('SECONDS_PER_SLOT'));
  if (durationMs % 1000n !== 0n) throw file.wrong('SLOT_DURATION_MS', 'must be whole seconds');
  const seconds = positive(file, 'SLOT_DURATION_MS', durationMs / 1000n);
  if (!file.has('SECONDS_PER_SLOT') || file.uint64('SECONDS_PER_SLOT') === seconds) return seconds;
  throw file.wrong('SECONDS_PER_SLOT', 'must be the same time as SLOT_DURATION_MS');
}

function positive(file: NetworkFile, key: string, value: bigint): bigint {
  if (value > 0n) return value;
  throw file.wrong(key, 'must not be 0');
}

/** Forks that the file does not name are left out; those that it names must come in their order. */
function forksOf(file: NetworkFile): readonly Fork[] {
  const genesis: Fork = { name: 'phase0', version: file.hex('GENESIS_FORK_VERSION', 4), epoch: 0n };
  const forks = [genesis];
  for (const name of forkNames.slice(1)) {
    const fork = forkOf(file, name);
    if (fork === null) continue;
    checkOrder(file, forks, fork);
    forks.push(fork);
  }
  return forks;
}

function forkOf(file: NetworkFile, name: ForkName): Fork | null {
  const [versionKey, epochKey] = keysOf(name);
  if (!file.has(versionKey)) {
    if (file.has(epochKey)) throw file.wrong(versionKey, `is missing, but ${epochKey} is there`);
    return null;
  }
  const epoch = file.has(epochKey) ? file.uint64(epochKey) : farFuture;
  return { name, version: file.hex(versionKey, 4), epoch: epoch === farFuture ? null : epoch };
}

function checkOrder(file: NetworkFile, before: readonly Fork[], fork: Fork): void {
  const [versionKey, epochKey] = keysOf(fork.name);
  const twin = before.find(({ version }) => version === fork.version);
  if (twin !== undefined) throw file.wrong(versionKey, `must not be the version of ${twin.name} too`);
  const last = before.at(-1);
  if (last === undefined || fork.epoch === null) return;
  if (last.epoch === null || fork.epoch < last.epoch) {
    throw file.wrong(epochKey, `must not come before the one of ${last.name}`);
  }
}

function keysOf(name: ForkName): readonly [version: string, epoch: string] {
  const prefix = name.toUpperCase();
  return [`${prefix}_FORK_VERSION`, `${prefix}_FORK_EPOCH`];
}

/** The file, asked key by key. */
class NetworkFile {
  readonly #fields: NetworkFields;

  constructor(fields: NetworkFields) {
    this.#fields = fields;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#fields, key);
  }

  text(key: string): string {
    if (!this.has(key)) throw this.wrong(key, 'is missing');
    const value = this.#fields[key];
    if (typeof value === 'string' && value !== '') return value;
    throw this.wrong(key, 'must be a text');
  }

  uint64(key: string): bigint {
    const text = this.text(key);
    const value = decimalForm.test(text) ? BigInt(text) : null;
    if (value !== null && value <= farFuture) return value;
    throw this.wrong(key, 'must be a decimal number below 2^64');
  }

  hex(key: string, bytes: number): string {
    const text = this.text(key);
    if (text.length === 2 + 2 * bytes && /^0x[0-9a-fA-F]+$/u.test(text)) return text.slice(2).toLowerCase();
    throw this.wrong(key, `must be 0x and ${2 * bytes} hex digits`);
  }

  wrong(key: string, complaint: string): Fault {
    return new Fault('config_invalid', `${key} ${complaint}`);
  }
}
