import { composeAttestation } from '../../src/tezos/compose.ts';

/** The sandbox chain of octez. */
export const chainId = 'NetXo5iVw1vBoxM';

/** The attestation of a level; another `payload` is another message, and a conflict. */
export function attestation(level: number, payload = 1, round = 0): Uint8Array {
  return composeAttestation({ chainId, level, round, payloadHash: new Uint8Array(32).fill(payload) });
}
