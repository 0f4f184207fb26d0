import { parentPort, workerData } from 'node:worker_threads';
import { assert, Fault, isFault, messageOf } from '../../base/fault.ts';
import { parseClaims, verdictsText } from './claim-text.ts';
import { openDatabase } from './connection.ts';
import { loadDriver } from './driver.ts';
import { MarkTable } from './mark-table.ts';
import type { Reply, Request } from './database-thread.ts';

/** The thread that owns the database: it opens it, answers one request after another, and closes it. */

assert(parentPort !== null && typeof workerData === 'string', 'this file is the start of a thread');
const port = parentPort;

try {
  const database = openDatabase(await loadDriver(), workerData);
  const table = new MarkTable(database);
  port.on('message', (request: Request) => {
    if (request.kind === 'jobs') return port.postMessage(replyTo(table, request));
    table.close();
    return port.close();
  });
  port.postMessage({ kind: 'ready', identity: database.identity } satisfies Reply);
} catch (error) {
  port.postMessage(replyOf(error));
}

function replyTo(table: MarkTable, { jobs }: Extract<Request, { kind: 'jobs' }>): Reply {
  try {
    const answers = table.run(
      jobs.map((job) => (typeof job === 'string' ? { kind: 'advance', claims: parseClaims(job) } : job)),
    );
    return {
      kind: 'answers',
      answers: answers.map((answer) => (answer.kind === 'verdicts' ? verdictsText(answer.verdicts) : answer)),
    };
  } catch (error) {
    return replyOf(error);
  }
}

function replyOf(error: unknown): Reply {
  const fault = isFault(error) ? error : new Fault('store_failed', messageOf(error));
  return { kind: 'fault', code: fault.code, text: fault.message };
}
