/** The program of a worker thread, which `curve-thread.ts` starts. */
import { parentPort } from 'node:worker_threads';
import { assert } from '../base/fault.ts';
import type { Answer, Numbered } from './curve-orders.ts';
import { HeldKeys } from './held-keys.ts';
import { openCurveKey } from './open-curve-key.ts';

/** Answers of quick orders leave together; those of slow ones do not wait for each other. */
const answerEveryMs = 1;

const keys = new HeldKeys(openCurveKey);
const port = parentPort;
assert(port !== null, 'this file is the program of a worker thread');

port.on('message', (batch: readonly Numbered[]) => {
  let answers: Answer[] = [];
  let sentAt = performance.now();
  for (const { number, order } of batch) {
    answers.push({ number, ...keys.carryOut(order) });
    if (performance.now() - sentAt < answerEveryMs) continue;
    port.postMessage(answers);
    answers = [];
    sentAt = performance.now();
  }
  if (answers.length > 0) port.postMessage(answers);
});
