import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { aggregationSlotBody } from '../support/ethereum-bodies.ts';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { ScratchFolder } from '../support/signer-process.ts';

/**
 * Clients keep connections for so long without a word: Lighthouse 20 s, others 30 s. A signer that closes first, in the
 * moment that the client asks again, costs a duty.
 */
const idleSeconds = [20, 30];

test(`a connection that was idle for ${idleSeconds.join(' and ')} s is used again`, async (t) => {
  const folder = new ScratchFolder();
  t.after(() => folder.remove());
  const key = newEthereumKey();
  const signer = await startEthereum(writeEthereumSetup(folder, { keys: [key] }), [key]);
  t.after(async () => await signer.stop());
  const outcomes = idleSeconds.map(async (seconds) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (): Promise<Asked> => await sign(`${signer.api}${signPath(key.publicKey)}`, agent);
    const first = await ask();
    await sleep(seconds * 1000);
    assert.deepEqual(await ask(), first);
    agent.destroy();
  });
  await Promise.all(outcomes);
});

interface Asked {
  readonly status: number;
  readonly body: string;
  /** The client's own port: the same one is the same connection. */
  readonly port: number;
}

async function sign(url: string, agent: Agent): Promise<Asked> {
  return await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const asking = request(url, { method: 'POST', headers, agent }, (answer) => {
      const port = answer.socket.localPort ?? 0;
      let body = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body, port }));
    });
    asking.on('error', reject);
    asking.end(aggregationSlotBody(1));
  });
}
