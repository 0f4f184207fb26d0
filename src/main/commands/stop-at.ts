import { Fault } from '../../base/fault.ts';
import type { Stop } from '../../protection/stop.ts';
import type { StoreBackend } from '../../protection/store.ts';
import { rootOfNetwork } from '../network-root.ts';
import { readConfig } from '../read-config.ts';
import { type ProtectionSettings, withAntiSlashing } from './anti-slashing.ts';
import type { GlobalOptions } from './global-options.ts';
import { type Highest, highestOf, networksOf } from './lanes.ts';

export interface StopAtOptions extends GlobalOptions {
  readonly slot?: string;
  readonly epoch?: string;
  readonly remove?: boolean;
  readonly network?: string;
}

/** `tidemark protection stop-at`: draws the line at and above which nothing is signed, moves it, or takes it away. */
export async function stopAt(options: StopAtOptions): Promise<void> {
  await drawLine(readConfig(options), options, (line) => console.log(line));
}

/** The same, on a configuration that was read. @throws Fault `config_invalid`, `store_in_use`, of the store */
export async function drawLine(
  settings: ProtectionSettings,
  options: Omit<StopAtOptions, keyof GlobalOptions>,
  print: (line: string) => void,
): Promise<void> {
  const stop = readOrder(options);
  await withAntiSlashing(settings, async (store, place) => {
    const known = await networksOf(store);
    const network = rootOfNetwork(options.network, known);
    const before = (await store.stops()).get(network) ?? null;
    await store.setStop(network, stop);
    const signed = await highestOf(store, network);
    print(`${place}, store ${store.identity}\nnetwork ${network}`);
    print(`was: ${described(before)}\nnow: ${described(stop)}`);
    print(`signed so far: ${signedText(signed)}`);
    if (stop !== null && !known.has(network)) print(unknownNetwork);
    for (const line of warnings(stop, signed)) print(line);
    print(shared.has(store.backend) ? heededAtOnce : 'A signer that starts on this store from now on heeds it.');
  });
}

/** Stores that signers may use while this command does. */
const shared: ReadonlySet<StoreBackend> = new Set<StoreBackend>(['postgres']);

const heededAtOnce =
  'Every signer on this store heeds it at once; where it lies higher than before, or was taken away, after a restart.';

/** @returns the line, or null to take it away. @throws Fault `config_invalid` */
function readOrder({ slot, epoch, remove }: Omit<StopAtOptions, keyof GlobalOptions>): Stop | null {
  if (remove === true) {
    if (slot === undefined && epoch === undefined) return null;
    throw new Fault('config_invalid', '--remove takes the whole line away: leave --slot and --epoch out');
  }
  if (slot === undefined || epoch === undefined) {
    const text = 'a stop line has two numbers: --slot for blocks and --epoch for attestations (or --remove)';
    throw new Fault('config_invalid', text);
  }
  return { slot: parseUint64('--slot', slot), epoch: parseUint64('--epoch', epoch) };
}

const uint64Max = 2n ** 64n - 1n;

/** Decimal digits alone: no sign, no space, no leading zero, no exponent. */
function parseUint64(option: string, text: string): bigint {
  if (/^(?:0|[1-9]\d{0,19})$/u.test(text)) {
    const number = BigInt(text);
    if (number <= uint64Max) return number;
  }
  throw new Fault('config_invalid', `${option}: found "${text}"; expected a whole number from 0 to ${uint64Max}`);
}

const unknownNetwork =
  'Warning: nothing was signed for this network with this store yet: is it the right genesis validators root?';

export function described(stop: Stop | null): string {
  if (stop === null) return 'no stop line';
  return `no block from slot ${stop.slot} on, no attestation from target epoch ${stop.epoch} on`;
}

function signedText({ slot, epoch }: Highest): string {
  const parts = [
    ...(slot === null ? [] : [`blocks up to slot ${slot}`]),
    ...(epoch === null ? [] : [`attestations up to target epoch ${epoch}`]),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** A line takes nothing back: whoever moves on must know what lies above it. */
function warnings(stop: Stop | null, { slot, epoch }: Highest): readonly string[] {
  if (stop === null) return [];
  const above = (slot !== null && slot >= stop.slot) || (epoch !== null && epoch >= stop.epoch);
  if (!above) return [];
  return [
    'Warning: this signer has signed at or above the line already, and a line takes nothing back. ' +
      'Another signer may start above what was signed, not above the line.',
  ];
}
