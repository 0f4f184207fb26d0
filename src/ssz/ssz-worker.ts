/** The program of the thread that `ssz-thread.ts` starts: it alone loads the library. */
import { parentPort } from 'node:worker_threads';
import { assert, isFault, messageOf } from '../base/fault.ts';
import { Networks } from '../ethereum/networks.ts';
import { understandFully } from '../ethereum/understand.ts';
import type { Answer, Job } from './job.ts';
import { rootOf } from './roots.ts';

const port = parentPort;
assert(port !== null, 'this file is the program of a worker thread');
let networks: Networks | null = null;

port.on('message', (job: Job) => {
  if (job.kind === 'begin') networks = new Networks(job.choice);
  else port.postMessage(answerTo(job));
});

function answerTo({ number, body }: Extract<Job, { kind: 'read' }>): Answer {
  try {
    assert(networks !== null, 'a thread begins with its networks');
    return { number, kind: 'understood', understood: understandFully(body, networks, rootOf) };
  } catch (error) {
    if (isFault(error)) return { number, kind: 'fault', code: error.code, text: error.message, facts: error.facts };
    return { number, kind: 'fault', code: 'internal', text: messageOf(error), facts: {} };
  }
}
