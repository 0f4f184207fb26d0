import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ScratchFolder } from '../../../test/support/signer-process.ts';
import { type FaultCode, isFault } from '../../base/fault.ts';
import { InterchangeFile } from './interchange-file.ts';
import { ProtectionClient } from './socket-client.ts';

/** What a command makes of a signer that says something else than it should, or stops in the middle. */
const folder = new ScratchFolder();
after(() => folder.remove());
let sockets = 0;

async function withSigner(answer: RequestListener, use: (client: ProtectionClient) => Promise<void>): Promise<void> {
  const path = join(folder.path, `${(sockets += 1)}.sock`);
  const server = createServer(answer).listen(path);
  await once(server, 'listening');
  try {
    await use(new ProtectionClient(path));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function exported(client: ProtectionClient): Promise<string> {
  const { pieces, summary } = await client.exportFile({ network: null, keys: null });
  let text = '';
  for await (const piece of pieces) text += Buffer.from(piece).toString();
  return `${text} ${summary().keys}`;
}

async function imported(client: ProtectionClient): Promise<number> {
  const file = await InterchangeFile.open(folder.write('in.json', '{}'));
  const told = { onEntry: () => undefined, onProgress: () => undefined };
  try {
    return (await client.importFile(file, { force: false, verbose: false }, told)).keys;
  } finally {
    await file.end();
  }
}

async function refuses(asked: Promise<unknown>, code: FaultCode, words: RegExp): Promise<void> {
  await assert.rejects(asked, (error) => isFault(error, code) && words.test(error.message));
}

const exportSummary = JSON.stringify({ genesis_validators_root: '0x', keys: 3, marks: 4 });
const importSummary = {
  ...{ network: 'hoodi', genesis_validators_root: '0x', entries: 7, keys: 7, marks: 9, raised: 1, slashable: 0 },
};

test('an export is whole when its trailer came', async () => {
  await withSigner(
    (_request, response) => {
      response.setHeader('trailer', 'tidemark-summary');
      response.write('text');
      response.addTrailers({ 'tidemark-summary': exportSummary });
      response.end();
    },
    async (client) => assert.equal(await exported(client), 'text 3'),
  );
});

test('an export that ends without its trailer, or in the middle, is not whole', async () => {
  await withSigner(
    (_request, response) => void response.end('text'),
    async (client) => await refuses(exported(client), 'store_unavailable', /broke off; the export is not whole/u),
  );
  await withSigner(
    (_request, response) => void response.write('text', () => response.destroy()),
    async (client) => await refuses(exported(client), 'store_unavailable', /broke off; the export is not whole/u),
  );
});

test('an import is what its last line says; without one it is not known', async () => {
  const lines = (...all: readonly object[]): RequestListener => {
    return (request, response) => {
      request.resume();
      response.end(all.map((line) => `${JSON.stringify(line)}\n`).join(''));
    };
  };
  const progress = { progress: { stage: 'importing', done: 1, total: 2 } };
  await withSigner(lines(progress, { summary: importSummary }), async (client) =>
    assert.equal(await imported(client), 7),
  );
  const failed = { error: { code: 'store_failed', message: 'the disk is gone' } };
  await withSigner(
    lines(progress, failed),
    async (client) => await refuses(imported(client), 'store_failed', /the disk is gone/u),
  );
  for (const cut of [lines(progress), lines(), lines({ words: 'of a later version' })]) {
    await withSigner(
      cut,
      async (client) =>
        await refuses(imported(client), 'store_unavailable', /how the import ended is not known.*always safe/u),
    );
  }
});

test('a refusal is told as it is, and one of a later version is no success', async () => {
  for (const [code, expected] of [
    ['uint64_range', 'uint64_range'],
    ['of_a_later_version', 'store_unavailable'],
  ] as const) {
    await withSigner(
      (request, response) => {
        request.resume();
        response.writeHead(400).end(JSON.stringify({ code, message: 'said by the signer' }));
      },
      async (client) => {
        await refuses(imported(client), expected, /said by the signer/u);
        await refuses(exported(client), expected, /said by the signer/u);
      },
    );
  }
});

test('where nobody listens nobody answers', async () => {
  const client = new ProtectionClient(join(folder.path, 'nobody.sock'));
  assert.equal(await client.answers(), false);
  await refuses(exported(client), 'store_unavailable', /nobody\.sock does not answer \(ENOENT\)/u);
});
