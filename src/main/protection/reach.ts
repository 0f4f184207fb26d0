import { Fault, isFault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import type { MarkStore } from '../../protection/store.ts';
import { withAntiSlashing } from '../commands/anti-slashing.ts';
import { ProtectionClient } from './socket-client.ts';

export interface Ways {
  /** On the store itself, while no signer holds it. @param place how a person would name it */
  readonly direct: (store: MarkStore, place: string) => Promise<void>;
  /** Through the signer that holds it. */
  readonly through: (signer: ProtectionClient, place: string) => Promise<void>;
  /** Make a store where none is? */
  readonly make: boolean;
  /** Says which way was taken. */
  readonly say: (line: string) => void;
}

/**
 * Reaches the store of the Ethereum marks: itself, or, while a signer holds it, through that signer's socket.
 *
 * @throws Fault `store_in_use` when a signer holds it and cannot be reached; `config_invalid`; of the store
 */
export async function reachProtection(config: Config, { direct, through, make, say }: Ways): Promise<void> {
  const { socket } = config.protection;
  const client = socket === null ? null : new ProtectionClient(socket);
  // Its marks live in the signer and nowhere else.
  const isMemory = config.ethereum?.antiSlashing.backend === 'mem';
  if (isMemory && client !== null && (await client.answers())) return await goThrough(client);
  try {
    await withAntiSlashing(config, direct, { make });
  } catch (error) {
    if (!isFault(error, 'store_in_use')) throw error;
    if (client !== null && (await client.answers())) return await goThrough(client);
    const missing = socket === null ? 'protection.socket is off' : `its socket ${socket} does not answer`;
    throw new Fault('store_in_use', `${error.message} It cannot be asked while it runs: ${missing}`, { cause: error });
  }

  async function goThrough(signer: ProtectionClient): Promise<void> {
    const place = `the running signer (${socket})`;
    say(`The signer is running and holds the store: asking it through ${socket}.`);
    await through(signer, place);
  }
}
