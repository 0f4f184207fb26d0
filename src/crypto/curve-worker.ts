/** The program of a worker thread, which `curve-thread.ts` starts. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { assert } from '../base/fault.ts';
import { bls } from './bls-claims.ts';
import type { Order, ThreadStart } from './curve-orders.ts';
import { HeldKeys } from './held-keys.ts';
import { openCurveKey } from './open-curve-key.ts';
import { SecretMemory } from './secret-memory.ts';
import { ThreadWork } from './thread-work.ts';

/**
 * Steps between two turns of this thread's own event loop, which takes as long as a fiftieth of a signature. Without
 * any turn the library's objects of past signatures would never be freed.
 */
const stepsPerTurn = 8;

const port = parentPort;
assert(port !== null, 'this file is the program of a worker thread');
// Both sides of the port are ours, and typed where they write.
// oxlint-disable-next-line typescript/no-unsafe-assignment
const start: ThreadStart = workerData;
const keys = new HeldKeys({ secrets: new SecretMemory(start.secrets), open: openCurveKey, bls });
const work = new ThreadWork(keys, (answers) => port.postMessage(answers));
let scheduled = false;

port.on('message', (order: Order) => {
  work.take(order);
  schedule();
});

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(turn);
}

function turn(): void {
  scheduled = false;
  for (let step = 0; step < stepsPerTurn; step += 1) {
    takeWhatCame();
    work.step();
    if (work.idle) break;
  }
  if (!work.idle) schedule();
}

/** What is asked between two signatures may be a block, and is more urgent than what waits here. */
function takeWhatCame(): void {
  assert(port !== null, 'this file is the program of a worker thread');
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    // oxlint-disable-next-line typescript/no-unsafe-assignment
    const order: Order = next.message;
    work.take(order);
  }
}
