import { assert } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';

/**
 * What a cell is about, as 84 bytes: chain, duty, the lengths of both names, the network in 32 bytes, the key in 48.
 * An Ethereum genesis root and public key stand there as their bytes, Tezos names as their text.
 */
export const subjectBytes = 84;

/** A lane, the fact that a chain has a watermark file, or the stop line of a network. */
export type Subject = Lane | ListedChain | StopLine;

export interface ListedChain {
  readonly chain: 'tezos';
  readonly network: string;
  readonly key: '';
  readonly duty: 'file';
}

/** Its cell holds slot and epoch where a lane's has height and floor; no mark once the line was taken away. */
export interface StopLine {
  readonly chain: 'ethereum';
  readonly network: string;
  /** No bytes, in the form of an Ethereum name. */
  readonly key: '0x';
  readonly duty: 'stop';
}

const chains = ['tezos', 'ethereum'] as const;
const duties = ['file', 'block', 'preattestation', 'attestation', 'stop'] as const;
const networkAt = 4;
const keyAt = 36;

/** The note that a chain has a watermark file. */
export function listedChain(network: string): ListedChain {
  return { chain: 'tezos', network, key: '', duty: 'file' };
}

/** The stop line of a network. */
export function stopLine(network: string): StopLine {
  return { chain: 'ethereum', network, key: '0x', duty: 'stop' };
}

export function isLane(subject: Subject): subject is Lane {
  return subject.duty !== 'file' && subject.duty !== 'stop';
}

const scratch = Buffer.alloc(subjectBytes);

/** @throws Error for names that are not a lane's: a programmer error */
export function checkSubject(subject: Subject): void {
  writeSubject(scratch, subject);
}

/** The same. */
export function writeSubject(target: Buffer, { chain, duty, network, key }: Subject): void {
  const networkName = bytesOf(chain, network);
  const keyName = bytesOf(chain, key);
  assert(networkName.length <= keyAt - networkAt && keyName.length <= subjectBytes - keyAt, 'a lane fits its cell');
  target.fill(0);
  target.set([chains.indexOf(chain), duties.indexOf(duty), networkName.length, keyName.length]);
  target.set(networkName, networkAt);
  target.set(keyName, keyAt);
}

/** Do these bytes name something that this release knows? */
export function isSubject(bytes: Buffer): boolean {
  const fits = bytes.readUInt8(2) <= keyAt - networkAt && bytes.readUInt8(3) <= subjectBytes - keyAt;
  return fits && bytes.readUInt8(0) < chains.length && bytes.readUInt8(1) < duties.length;
}

/** Do these bytes name something of Tezos? Cheaper than to read them. */
export function isOfTezos(bytes: Buffer): boolean {
  return chains[bytes.readUInt8(0)] === 'tezos';
}

/** Do these bytes name a stop line? Of all subjects only these may fall. */
export function isOfStop(bytes: Buffer): boolean {
  return duties[bytes.readUInt8(1)] === 'stop';
}

/** The subject that `writeSubject` wrote. */
export function readSubject(bytes: Buffer): Subject {
  const chain = chains[bytes.readUInt8(0)];
  const duty = duties[bytes.readUInt8(1)];
  assert(chain !== undefined && duty !== undefined, 'the bytes name a subject');
  const network = nameOf(chain, bytes.subarray(networkAt, networkAt + bytes.readUInt8(2)));
  if (duty === 'file') return listedChain(network);
  if (duty === 'stop') return stopLine(network);
  return { chain, network, key: nameOf(chain, bytes.subarray(keyAt, keyAt + bytes.readUInt8(3))), duty };
}

function bytesOf(chain: Lane['chain'], name: string): Buffer {
  if (chain === 'tezos') return Buffer.from(name, 'latin1');
  const bytes = Buffer.from(name.slice(2), 'hex');
  assert(name.startsWith('0x') && name.length === 2 + 2 * bytes.length, 'an Ethereum name is 0x and hex');
  return bytes;
}

function nameOf(chain: Lane['chain'], bytes: Buffer): string {
  return chain === 'tezos' ? bytes.toString('latin1') : `0x${bytes.toString('hex')}`;
}
