/** The program of a keystore thread, which `keystore-threads.ts` starts. */
import { parentPort } from 'node:worker_threads';
import { assert, isFault } from '../base/fault.ts';
import type { KeystoreAnswer, KeystoreOrder } from './keystore-orders.ts';
import { openKeystore } from './open-keystore.ts';

const port = parentPort;
assert(port !== null, 'this file is the program of a worker thread');

port.on('message', ({ keystore, password }: KeystoreOrder) => {
  const answer = answerTo({ keystore, password });
  password.fill(0);
  // The secret moves to the other side and leaves nothing here.
  port.postMessage(answer, answer.kind === 'opened' ? [answer.secret.buffer] : []);
});

function answerTo({ keystore, password }: KeystoreOrder): KeystoreAnswer {
  try {
    const { secret, publicKey } = openKeystore(keystore, password);
    using opened = secret;
    return { kind: 'opened', secret: Uint8Array.from(opened.reveal()), publicKey };
  } catch (error) {
    if (isFault(error)) return { kind: 'failed', code: error.code, text: error.message };
    // Only what it is: a library's own text may quote what it was given.
    return { kind: 'failed', code: 'internal', text: 'this keystore could not be opened: is there memory enough?' };
  }
}
