import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { Gate } from '../../test/support/gate.ts';
import { ethereumServer, plainServer, SigningDouble, sampleSignature } from '../../test/support/http-doubles.ts';
import { limits } from '../base/limits.ts';
import type { EthereumOutcome } from '../signing/ethereum-signing.ts';
import { AllowedHosts } from './allowed-hosts.ts';
import { limitInFlight, type Server } from './server.ts';

const key = `0x${'ab'.repeat(48)}`;
const path = `/api/v1/eth2/sign/${key}`;
const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await server.listen({ port: 0, host: '127.0.0.1' });
  const address = server.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** Writes bytes as they are, and reads until the server closes. */
async function untilClosed(port: number, bytes: string | Buffer): Promise<string> {
  const socket = open(port);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

function head(path: string, lines: readonly string[] = []): string {
  return `${[`POST ${path} HTTP/1.1`, 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`;
}

/** A pipeline that answers when it is told to. */
class Held {
  readonly signing: SigningDouble;
  readonly release: () => void;
  /** Settles when so many requests have reached it. */
  readonly reached: (count: number) => Promise<void>;

  constructor() {
    const gate = new Gate<EthereumOutcome>();
    const waiting: { count: number; resolve: () => void }[] = [];
    this.signing = new SigningDouble(async () => {
      for (const { count, resolve } of waiting) if (this.signing.asked.length >= count) resolve();
      return await gate.promise;
    });
    this.release = () => gate.open({ kind: 'signed', signature: sampleSignature });
    this.reached = async (count) => {
      if (this.signing.asked.length >= count) return;
      await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    };
  }
}

test('bytes that are no HTTP are answered in the envelope of the path they name', async () => {
  const port = await listen(await ethereumServer());
  const bad = (path: string) => `${head(path, ['Content-Length: 6', 'Transfer-Encoding: chunked'])}6\r\n`;
  const ethereum = await untilClosed(port, bad(path));
  assert.match(ethereum, /^HTTP\/1\.1 400 [\s\S]*\r\n\r\n\{"code":400,.*"reason":"http_malformed"\}$/u);
  const tezos = await untilClosed(port, bad('/keys/tz1abc'));
  assert.match(tezos, /^HTTP\/1\.1 400 [\s\S]*\r\n\r\n\[\{"id":"failure","kind":"temporary","msg":".*"\}\]\n$/u);
  assert.match(await untilClosed(port, '\u0000\u0001\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*\r\n\r\n\[\{/u);
});

test('headers that are too long are 431 in the envelope of their path', async () => {
  const port = await listen(await ethereumServer());
  const text = await untilClosed(port, head(path, [`X-Filler: ${'x'.repeat(17 * 1024)}`]));
  assert.match(text, /^HTTP\/1\.1 431 [\s\S]*\{"code":431,.*"reason":"headers_too_large"\}$/u);
});

test('endless chunks end at the limit of the route, and the connection with them', async () => {
  const port = await listen(await ethereumServer());
  const chunk = `10000\r\n${'0'.repeat(0x10000)}\r\n`;
  const text = await untilClosed(port, head(path, ['Transfer-Encoding: chunked']) + chunk.repeat(161));
  assert.match(text, /^HTTP\/1\.1 413 [\s\S]*"reason":"body_too_large"\}$/u);
});

test('what is beyond the limit of requests is 503 before its body is read, and room is given back', async () => {
  const server = plainServer();
  const gate = new Gate();
  const full = new Gate();
  let reached = 0;
  await server.register(async (scope) => {
    limitInFlight(scope, 2);
    scope.post('/work', async (_request, reply) => {
      reached += 1;
      if (reached === 2) full.open();
      await gate.promise;
      return await reply.send('done');
    });
  });
  const port = await listen(server);
  const request = head('/work', ['Content-Length: 0', 'Connection: close']);
  const first = untilClosed(port, request);
  const second = untilClosed(port, request);
  await full.promise;
  const third = await untilClosed(port, head('/work', ['Content-Length: 1000', 'Connection: close']));
  assert.match(third, /^HTTP\/1\.1 503 [\s\S]*tidemark-error: overloaded/u);
  assert.match(third, /retry-after: 1/u);
  gate.open();
  assert.match(await first, /^HTTP\/1\.1 200/u);
  assert.match(await second, /^HTTP\/1\.1 200/u);
  assert.match(await untilClosed(port, request), /^HTTP\/1\.1 200/u);
  assert.equal(reached, 3);
});

test('requests that wait behind one another give back their room when their client leaves', async () => {
  const held = new Held();
  const dropped: number[] = [];
  const server = plainServer({ onDropped: () => dropped.push(1) });
  const answered = new Gate();
  await server.register(async (scope) => {
    limitInFlight(scope, 5);
    scope.post('/work', async (_request, reply) => {
      await held.signing.sign({ identifier: '', body: new Uint8Array() });
      return await reply.send('done');
    });
    scope.addHook('onSend', (_request, _reply, payload, done) => {
      if (dropped.length === 5) answered.open();
      done(null, payload);
    });
  });
  const port = await listen(server);
  const socket = open(port);
  socket.write(head('/work', ['Content-Length: 0']).repeat(5));
  await held.reached(5);
  socket.destroy();
  const full = await untilClosed(port, head('/work', ['Content-Length: 0', 'Connection: close']));
  assert.match(full, /^HTTP\/1\.1 503/u, 'their work goes on');
  held.release();
  await answered.promise;
  const next = await untilClosed(port, head('/work', ['Content-Length: 0', 'Connection: close']));
  assert.match(next, /^HTTP\/1\.1 200/u);
  assert.equal(dropped.length, 5);
});

test('one that sends what is no HTTP and stays is cut off', async () => {
  const port = await listen(plainServer());
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  socket.on('error', () => {});
  socket.write('\u0000\r\n\r\n');
  const connections = async () =>
    await new Promise<number>((resolve) => {
      servers[0]?.server.getConnections((_error, count) => resolve(count));
    });
  await once(socket.resume(), 'end');
  assert.equal(await connections(), 1, 'it may still read');
  while ((await connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('bodies of 10 MiB beyond what is held at once are 503, duties are read meanwhile, and room is given back', async () => {
  const held = new Held();
  const port = await listen(await ethereumServer({ signing: held.signing }, { hosts: new AllowedHosts(null) }));
  const large = Buffer.alloc(limits.ethereumBodyBytes, 0x20);
  const headers = { connection: 'close' };
  const url = `http://127.0.0.1:${port}${path}`;
  const send = async (body: Buffer) => {
    const response = await fetch(url, { method: 'POST', body, headers }).catch(() => null);
    return response?.headers.get('tidemark-error') ?? response?.status ?? 'cut off';
  };
  const fit = Math.floor(limits.largeBodiesBytes / (limits.ethereumBodyBytes - limits.freeBodyBytes));
  const fitting = Array.from({ length: fit }, async () => await send(large));
  await held.reached(fit);
  const beyond = await Promise.all([send(large), send(large)]);
  assert.ok(
    beyond.every((answer) => answer === 'overloaded' || answer === 'cut off'),
    beyond.join(),
  );
  const duty = send(Buffer.alloc(limits.freeBodyBytes, 0x20));
  await held.reached(fit + 1);
  assert.equal(held.signing.asked.length, fit + 1);
  held.release();
  assert.deepEqual(
    await Promise.all(fitting),
    Array.from({ length: fit }, () => 200),
  );
  assert.equal(await duty, 200);
  assert.equal(await send(large), 200);
});

test('a client that leaves in the middle of its body gives back what it held and reaches nothing', async () => {
  const signing = new SigningDouble();
  let dropped = 0;
  const gone = new Gate();
  const onDropped = () => {
    dropped += 1;
    gone.open();
  };
  const port = await listen(await ethereumServer({ signing }, { onDropped }));
  const socket = open(port);
  socket.write(head(path, ['Content-Length: 1000000']) + ' '.repeat(500_000), () => socket.destroy());
  await gone.promise;
  assert.deepEqual([dropped, signing.asked.length], [1, 0]);
});

test('from the moment that shutdown begins, what was asked is answered, and what comes is 503', async () => {
  const held = new Held();
  const server = await ethereumServer({ signing: held.signing });
  const port = await listen(server);
  const asked = untilClosed(port, `${head(path, ['Content-Length: 2'])}{}`);
  await held.reached(1);
  const late = open(port);
  late.write(`POST ${path} HTTP/1.1\r\n`);
  await once(late, 'connect');
  // The signer has read the first line when it answers somebody who wrote later.
  await untilClosed(port, head('/nothing', ['Content-Length: 0', 'Connection: close']));
  servers.splice(0);
  const closed = server.close();
  while (server.server.listening) await new Promise((resolve) => setImmediate(resolve));
  late.write('Host: localhost\r\nContent-Length: 2\r\n\r\n{}');
  const [bytes] = (await once(late, 'data')) as [Buffer];
  assert.match(bytes.toString(), /^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*"reason":"shutting_down"/u);
  held.release();
  assert.match(await asked, /^HTTP\/1\.1 200 [\s\S]*connection: close/u);
  await closed;
  assert.equal(held.signing.asked.length, 1, 'what came later reached nothing');
});

test('idle connections outlive the pools of all clients, and headers and bodies must come within seconds', async () => {
  const { server } = await ethereumServer();
  assert.ok(server.keepAliveTimeout >= 75_000);
  assert.deepEqual([server.headersTimeout, server.requestTimeout], [5_000, 5_000]);
  assert.equal(server.timeout, 0, 'no connection is cut while a signature is made');
});
