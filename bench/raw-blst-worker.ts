import { SecretKey } from '@chainsafe/blst';
import { parentPort } from 'node:worker_threads';

/** The thread of `rawBlst`: says that it is there, then signs for as long as it is told and says how often. */
const key = SecretKey.fromKeygen(Buffer.alloc(32, 1));
const message = Buffer.alloc(32);
key.sign(message).toBytes();

parentPort?.on('message', (ms: number) => {
  const until = performance.now() + ms;
  let count = 0;
  for (; performance.now() < until; count += 1) {
    message.writeUInt32LE(count);
    key.sign(message).toBytes();
  }
  parentPort?.postMessage(count);
});
parentPort?.postMessage(0);
