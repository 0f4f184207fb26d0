import { toHex } from '../base/hex.ts';
import { blake2b256 } from '../crypto/blake2b.ts';
import type { Intent } from '../protection/intent.ts';
import type { Duty } from '../protection/lane.ts';
import type { ConsensusRequest } from './consensus-request.ts';
import type { TezosRequest } from './request.ts';

/**
 * What the guard must know of a request. Its root is the BLAKE2b-256 digest of the whole message, first byte included:
 * what all curves but BLS sign, and what Signatory keeps.
 *
 * @param key the key hash (`tz…`) that is to sign
 * @param message the bytes that `request` was read from
 */
export function toIntent(request: TezosRequest, key: string, message: Uint8Array): Intent {
  const root = toHex(blake2b256(message));
  if (request.kind === 'generic' || request.kind === 'pack') return { kind: 'free', key, root, message };
  const { kind, chainId: network, level: height, round } = request;
  const lane = { chain: 'tezos', network, key, duty: dutyOf(kind) } as const;
  return { kind: 'guarded', lane, next: { height, round, floor: 0n, root }, message };
}

/** With DAL content or without, it is the one attestation of its level and round: two of them are slashed for. */
function dutyOf(kind: ConsensusRequest['kind']): Duty {
  return kind === 'attestation_with_dal' ? 'attestation' : kind;
}
