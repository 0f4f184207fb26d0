import { parseBlockRequest } from './block-request.ts';
import { type ConsensusRequest, parseConsensusRequest } from './consensus-request.ts';
import { type GenericRequest, parseGenericRequest } from './generic-request.ts';
import { skipMicheline } from './micheline.ts';
import { Reader, truncated, unknownTag } from './reader.ts';
import type { SigningVersion } from './signing-version.ts';

export type { SigningVersion } from './signing-version.ts';

/** What a request's bytes ask to be signed, down to what policy and watermarks need. */
export type TezosRequest = ConsensusRequest | GenericRequest | PackRequest;

/** Data packed by `PACK`, for contracts that check signatures. */
interface PackRequest {
  readonly kind: 'pack';
  readonly chainId: null;
  readonly operations: readonly [];
}

/**
 * Reads the bytes that are to be signed, strictly: every byte belongs to a known field, and nothing stands after the
 * last one. The first byte says what they are (Octez calls it the watermark).
 *
 * @throws Fault `truncated`, `unknown_kind`, `trailing_bytes`, `number_range`, `malformed_request`
 */
export function parseRequest(message: Uint8Array, version: SigningVersion): TezosRequest {
  const magic = message[0];
  if (magic === undefined) throw truncated(1, 0);
  if (magic === 0x12 || magic === 0x13) return parseConsensusRequest(message, version);
  if (magic === 0x11) return parseBlockRequest(message);
  if (magic === 0x03) return parseGenericRequest(message, version);
  if (magic === 0x05 && version !== 1) return parsePackRequest(message);
  throw unknownTag(magic);
}

function parsePackRequest(message: Uint8Array): PackRequest {
  const reader = new Reader(message, 1);
  skipMicheline(reader);
  reader.end();
  return { kind: 'pack', chainId: null, operations: [] };
}
