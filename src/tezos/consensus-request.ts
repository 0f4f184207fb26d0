import { encode } from './base58.ts';
import { Reader, trailing, truncated, unknownTag } from './reader.ts';
import type { SigningVersion } from './signing-version.ts';

/** A request that can be slashed for, down to what its watermark needs. */
export interface ConsensusRequest {
  readonly kind: 'block' | 'preattestation' | 'attestation' | 'attestation_with_dal';
  /** `Net…` */
  readonly chainId: string;
  /** 0 to 2^31 - 1, as is the round. */
  readonly level: bigint;
  readonly round: bigint;
  readonly operations: readonly [];
}

interface Layout {
  readonly magic: 0x12 | 0x13;
  readonly kind: 'preattestation' | 'attestation' | 'attestation_with_dal';
  /** Where the level stands; the round follows it. */
  readonly levelAt: number;
  /** Where the payload hash ends. */
  readonly end: number;
}

const chainIdEnd = 5;
const tagAt = 37;

/** By operation tag. The operations of tz4 keys (40, 41) name no slot. */
const layouts = new Map<number, Layout>([
  [20, { magic: 0x12, kind: 'preattestation', levelAt: 40, end: 80 }],
  [21, { magic: 0x13, kind: 'attestation', levelAt: 40, end: 80 }],
  [23, { magic: 0x13, kind: 'attestation_with_dal', levelAt: 40, end: 80 }],
  [40, { magic: 0x12, kind: 'preattestation', levelAt: 38, end: 78 }],
  [41, { magic: 0x13, kind: 'attestation', levelAt: 38, end: 78 }],
]);

/**
 * Reads a preattestation (0x12) or an attestation (0x13): magic, chain id, branch, operation tag, slot, level, round,
 * payload hash, and for tag 23 the DAL content. One operation and nothing after it.
 *
 * @throws Fault `truncated`, `unknown_kind`, `number_range`, `trailing_bytes`, `malformed_request`
 */
export function parseConsensusRequest(message: Uint8Array, version: SigningVersion): ConsensusRequest {
  const tag = message[tagAt];
  if (tag === undefined) throw truncated(tagAt + 1, message.length);
  const layout = layouts.get(tag);
  if (layout === undefined || layout.magic !== message[0]) throw unknownTag(tag);
  if (version === 1 && tag >= 40) throw unknownTag(tag);
  if (message.length < layout.end) throw truncated(layout.end, message.length);
  checkTail(message, layout);
  const position = new Reader(message, layout.levelAt, layout.end);
  const level = BigInt(position.natural('level'));
  const round = BigInt(position.natural('round'));
  return { kind: kindIn(version, layout), chainId: chainIdOf(message), level, round, operations: [] };
}

/** The chain id of any request that has one: bytes 1 to 4. */
export function chainIdOf(message: Uint8Array): string {
  return encode('Net', message.subarray(1, chainIdEnd));
}

function checkTail(message: Uint8Array, { kind, end }: Layout): void {
  if (kind !== 'attestation_with_dal') {
    if (message.length > end) throw trailing(message.length - end);
    return;
  }
  const dalContent = new Reader(message, end);
  dalContent.zarith();
  dalContent.end();
}

/** Signatory's version 1 names both attestations alike, so that a policy with `attestation` lets both pass. */
function kindIn(version: SigningVersion, { kind }: Layout): Layout['kind'] {
  return version === 1 && kind === 'attestation_with_dal' ? 'attestation' : kind;
}
