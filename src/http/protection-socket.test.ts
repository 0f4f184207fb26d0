import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ScratchFolder } from '../../test/support/signer-process.ts';
import { Fault, isFault } from '../base/fault.ts';
import { createLog } from '../observe/log.ts';
import type { ProtectionDesk } from './protection-desk.ts';
import { ProtectionSocket } from './protection-socket.ts';

const folder = new ScratchFolder();
after(() => folder.remove());
const path = join(folder.path, 'door.sock');
const log = createLog({ level: 'error', format: 'json' });

const desk: ProtectionDesk = {
  exportFile: async () => ({ pieces: pieces('whole'), summary: () => ({ keys: 1 }) }),
  importFile: async () => ({}),
  marksOf: async (key) => ({ key }),
};

async function* pieces(...all: readonly string[]): AsyncIterable<string> {
  yield* all;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly trailer: string | undefined;
  readonly whole: boolean;
}

async function ask(method: string, at: string): Promise<Answered> {
  return await new Promise((resolve) => {
    const asked = request({ socketPath: path, path: at, method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('error', () => undefined);
      response.on('close', () => {
        const { complete: whole, statusCode: status = 0, trailers } = response;
        resolve({ status, text, whole, trailer: trailers['tidemark-summary'] });
      });
    });
    // A connection may break off before its status is through.
    asked.on('error', () => resolve({ status: 0, text: '', whole: false, trailer: undefined })).end();
  });
}

async function withSocket(changes: Partial<ProtectionDesk>, use: (socket: ProtectionSocket) => Promise<void>) {
  const socket = await ProtectionSocket.open(path, { ...desk, ...changes }, log);
  try {
    await use(socket);
  } finally {
    await socket.end();
  }
}

test('it is for its owner alone, has no other name, and goes when it ends', async () => {
  await withSocket({}, async () => {
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder.path), ['door.sock']);
    assert.equal((await ask('GET', '/api/v1/protection/marks/0x12')).text, '{"key":"0x12"}');
    const exported = await ask('GET', '/api/v1/protection/export');
    assert.deepEqual([exported.text, exported.trailer, exported.whole], ['whole', '{"keys":1}', true]);
  });
  assert.equal(existsSync(path), false);
});

test('any other path or method is not there', async () => {
  await withSocket({}, async () => {
    for (const [method, at] of [
      ['GET', '/'],
      ['GET', '/api/v1/protection/import'],
      ['POST', '/api/v1/protection/export'],
      ['DELETE', '/api/v1/protection/marks/0x12'],
      ['GET', '//api/v1/protection/export'],
    ] as const) {
      assert.equal((await ask(method, at)).status, 404, `${method} ${at}`);
    }
  });
});

test('a store that fails in the middle of an export breaks it off, without the trailer', async () => {
  const broken = async function* (): AsyncIterable<string> {
    yield 'half of it';
    throw new Fault('store_failed', 'the disk is gone');
  };
  await withSocket({ exportFile: async () => ({ pieces: broken(), summary: () => ({}) }) }, async () => {
    const { whole, trailer } = await ask('GET', '/api/v1/protection/export');
    assert.deepEqual([whole, trailer], [false, undefined]);
  });
});

test('an import that fails says so in its last line, or by its status when it said nothing before', async () => {
  const failing = (told: boolean): ProtectionDesk['importFile'] => {
    return async (_pieces, { tell }) => {
      if (told) await tell({ progress: 1 });
      throw new Fault('store_failed', 'the disk is gone');
    };
  };
  const error = { code: 'store_failed', message: 'the disk is gone' };
  await withSocket({ importFile: failing(true) }, async () => {
    const { status, text } = await ask('POST', '/api/v1/protection/import');
    assert.deepEqual([status, JSON.parse(text.split('\n')[1] ?? '')], [200, { error }]);
  });
  await withSocket({ importFile: failing(false) }, async () => {
    const { status, text } = await ask('POST', '/api/v1/protection/import');
    assert.deepEqual([status, JSON.parse(text)], [503, error]);
  });
});

test('its end tells an import to stop, and waits for it', async () => {
  let begun = (): void => undefined;
  const running = new Promise<void>((resolve) => (begun = resolve));
  let ended = false;
  const importFile: ProtectionDesk['importFile'] = async (_pieces, { signal }) => {
    begun();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    ended = true;
    throw new Fault('shutting_down', 'the signer is shutting down');
  };
  const socket = await ProtectionSocket.open(path, { ...desk, importFile }, log);
  const asked = ask('POST', '/api/v1/protection/import');
  await running;
  await socket.end();
  assert.ok(ended);
  assert.deepEqual([(await asked).status], [503]);
});

test('the socket of another signer that listens there is not taken away', async () => {
  await withSocket({}, async () => {
    await assert.rejects(
      ProtectionSocket.open(path, desk, log),
      (error) => isFault(error, 'config_invalid') && /another signer has it/u.test(error.message),
    );
    assert.equal((await ask('GET', '/api/v1/protection/export')).text, 'whole');
  });
});
