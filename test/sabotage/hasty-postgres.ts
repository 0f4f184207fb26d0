import { setTimeout as pause } from 'node:timers/promises';
import { Connections, type Conversation } from '../../src/stores/postgres/connections.ts';

/**
 * Loaded into a signer before its own code: its Postgres store answers when the statement was done, and commits a
 * moment later. For as long as nobody dies, locks hide that.
 */
const commitsAfterMs = 400;
const sound = Reflect.get(Connections.prototype, 'forSigning');

Connections.prototype.forSigning = async function hasty<T>(
  use: (conversation: Conversation) => Promise<T>,
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const whole = sound.call(this, async (conversation) => {
      await conversation.ask({ text: 'BEGIN' });
      resolve(await use(conversation));
      await pause(commitsAfterMs);
      await conversation.ask({ text: 'COMMIT' });
    });
    whole.catch(reject);
  });
};
