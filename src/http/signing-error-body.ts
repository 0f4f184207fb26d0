import { ethereumErrorBody, isEthereumPath } from './ethereum-refusal.ts';
import type { Refusal } from './refusal.ts';
import { tezosErrorBody } from './tezos.ts';

/**
 * The envelope of the listener that serves both chains: the path says whose client is asking. A request whose path
 * nobody could read gets Signatory's.
 */
export function signingErrorBody(refusal: Refusal, path: string): string {
  return isEthereumPath(path) ? ethereumErrorBody(refusal) : tezosErrorBody(refusal.message);
}
