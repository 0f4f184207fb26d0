import { assert } from '../base/fault.ts';
import { decode } from './base58.ts';
import { keyHashBytes, parseKeyHash } from './key-hash.ts';
import { operationTags } from './kinds.ts';

/**
 * Writes requests as bakers and wallets do: for `tidemark dev`, tests and benchmarks. What is not given is zeros.
 * Levels and rounds are written as they are, also negative ones: tests ask for what must be refused.
 */

interface Position {
  /** `Net…` */
  readonly chainId: string;
  readonly level: number;
  readonly round: number;
  /** 32 bytes. */
  readonly payloadHash?: Uint8Array;
}

export interface BlockParts extends Position {
  /** Lower than the round when a payload is proposed again; equal to it by default. */
  readonly payloadRound?: number;
  readonly lockedRound?: number;
  /** 32 bytes. */
  readonly seedNonceHash?: Uint8Array;
}

export interface ConsensusParts extends Position {
  /** Tags 40 and 41 are of tz4 keys and carry no slot. */
  readonly tag?: number;
  readonly slot?: number;
  /** 32 bytes, the block that is built upon. */
  readonly branch?: Uint8Array;
}

export interface AttestationParts extends ConsensusParts {
  /** Given, it makes an attestation with DAL content (tag 23): which slots were seen, one bit each. */
  readonly dal?: bigint;
}

/** A block header (0x11) without its signature. */
export function composeBlock(parts: BlockParts): Uint8Array {
  const { chainId, level, round, payloadHash = zeros32, payloadRound = round, seedNonceHash } = parts;
  const fitness = composeFitness(parts);
  return join([
    [0x11],
    chainIdBytes(chainId),
    int32(level),
    [1],
    zeros32, // predecessor
    new Uint8Array(8), // timestamp
    [4], // validation passes
    zeros32, // operations hash
    int32(fitness.length),
    fitness,
    zeros32, // context
    payloadHash,
    int32(payloadRound),
    new Uint8Array(8), // proof of work
    seedNonceHash === undefined ? [0] : [0xff, ...seedNonceHash],
    [0], // votes
  ]);
}

/** A preattestation (0x12): tag 20, or 40 of a tz4 key. */
export function composePreattestation(parts: ConsensusParts): Uint8Array {
  return composeConsensus(0x12, { tag: 20, ...parts });
}

/** An attestation (0x13): tag 21, 23 when it has DAL content, or 41 of a tz4 key. */
export function composeAttestation({ dal, ...parts }: AttestationParts): Uint8Array {
  if (dal === undefined) return composeConsensus(0x13, { tag: 21, ...parts });
  return join([composeConsensus(0x13, { tag: 23, ...parts }), natural(dal)]);
}

/** What a batch can hold: `source`, `destination` and `delegate` are key hashes, amounts are in mutez. */
export type BatchOperation = TransactionParts | DelegationParts;

interface TransactionParts {
  readonly kind: 'transaction';
  readonly source: string;
  readonly destination: string;
  readonly amount: bigint;
  /** The tag of the entrypoint, called with Unit; none for a plain transfer. */
  readonly entrypoint?: number;
}

interface DelegationParts {
  readonly kind: 'delegation';
  readonly source: string;
  /** Null to withdraw. */
  readonly delegate: string | null;
}

/** A generic request (0x03) of these operations, each with its counter counted on from 1. */
export function composeBatch(operations: readonly BatchOperation[]): Uint8Array {
  return join([[0x03], zeros32, ...operations.map((operation, index) => composeOperation(operation, index + 1))]);
}

const zeros32 = new Uint8Array(32);
/** The primitive Unit in Micheline, with its length. */
const unit = [0, 0, 0, 2, 3, 0x0b];

function composeFitness({ level, round, lockedRound }: BlockParts): Uint8Array {
  const locked = lockedRound === undefined ? int32(0) : join([int32(4), int32(lockedRound)]);
  const predecessorRound = -1;
  const head = [int32(1), [2], int32(4), int32(level), locked];
  return join([...head, int32(4), int32(predecessorRound), int32(4), int32(round)]);
}

function composeConsensus(magic: number, parts: ConsensusParts & { readonly tag: number }): Uint8Array {
  const { chainId, tag, slot = 0, level, round, payloadHash = zeros32, branch = zeros32 } = parts;
  const slotBytes = tag >= 40 ? [] : [slot >> 8, slot & 0xff];
  return join([[magic], chainIdBytes(chainId), branch, [tag], slotBytes, int32(level), int32(round), payloadHash]);
}

function composeOperation(operation: BatchOperation, counter: number): Uint8Array {
  const limits = [natural(1000n), natural(BigInt(counter)), natural(10_000n), natural(0n)];
  const head = [[operationTags[operation.kind]], address(operation.source), ...limits];
  if (operation.kind === 'delegation') {
    return join([...head, operation.delegate === null ? [0] : [0xff, ...address(operation.delegate)]]);
  }
  const { amount, destination, entrypoint } = operation;
  const call = entrypoint === undefined ? [0] : [0xff, entrypoint, ...unit];
  return join([...head, natural(amount), [0], address(destination), call]);
}

function chainIdBytes(chainId: string): Uint8Array {
  const { prefix, payload } = decode(chainId);
  assert(prefix === 'Net', 'a chain id begins with Net');
  return payload;
}

function address(pkh: string): Uint8Array {
  return keyHashBytes(parseKeyHash(pkh));
}

function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

/** A natural number in the protocol's variable length: seven bits a byte, the lowest first, the top bit to go on. */
function natural(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.of(...bytes, Number(rest));
}

function join(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
