import { isFault } from '../base/fault.ts';
import type { Networks } from '../ethereum/networks.ts';
import { ProtectionSocket } from '../http/protection-socket.ts';
import type { Log } from '../observe/log.ts';
import type { MarkStore } from '../protection/store.ts';
import type { Closers } from './closers.ts';
import { openDesk } from './protection/desk.ts';

export interface SocketParts {
  readonly store: MarkStore;
  readonly networks: Networks;
  readonly log: Log;
  readonly closers: Closers;
}

/**
 * Lets commands reach the store while this signer holds it. A signer without this door signs as well, so that a place
 * that takes no socket is said in the log, and no reason to stop.
 *
 * @param path null for none
 */
export async function openProtectionSocket(path: string | null, parts: SocketParts): Promise<void> {
  if (path === null) return;
  const { store, networks, log, closers } = parts;
  try {
    const socket = await ProtectionSocket.open(path, openDesk({ store, networks, socket: path }), log);
    closers.add('the protection socket', async () => await socket.end());
    log.info('Protection socket', { path });
  } catch (error) {
    if (!isFault(error, 'config_invalid')) throw error;
    const text = 'No protection socket: marks cannot be exported or imported while this signer runs';
    log.warn(text, { option: 'protection.socket', error: error.message });
  }
}
