import assert from 'node:assert/strict';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { after, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { type Certificate, makeCertificate } from '../../test/support/certificate.ts';
import { plainServer } from '../../test/support/http-doubles.ts';
import { ScratchFolder } from '../../test/support/signer-process.ts';
import { type Fault, isFault } from '../base/fault.ts';
import { addHealthRoutes, Health } from './health.ts';
import { refusePlain, type Server } from './server.ts';
import { TlsFiles, type TlsFilesOptions } from './tls.ts';

const folder = new ScratchFolder();
const good = makeCertificate({ name: 'first' });
const next = makeCertificate({ name: 'second' });
const dayMs = 86_400_000;
const scratch: Server[] = [];
let files = 0;

after(async () => {
  for (const server of scratch) await server.close();
  folder.remove();
});

function optionsOf(pair: Certificate, more: Partial<TlsFilesOptions> = {}): TlsFilesOptions {
  files += 1;
  const certPath = folder.write(`${files}.crt`, pair.cert);
  const keyPath = folder.write(`${files}.key`, pair.key);
  return {
    certPath,
    keyPath,
    reloadIntervalSeconds: 0,
    nowMs: () => Date.now(),
    onRenewed: () => {},
    onRefused: (error) => assert.fail(error.message),
    ...more,
  };
}

/** Puts a file in place whole, as those who renew certificates do. */
function replace(path: string, text: string): void {
  renameSync(folder.write('renewed', text), path);
}

async function serve(tls: TlsFiles): Promise<number> {
  const server = plainServer({ tls });
  scratch.push(server);
  server.get('/who', (_request, reply) => reply.send('served'));
  assert.match(await server.listen({ port: 0, host: '127.0.0.1' }), /^https:\/\/127\.0\.0\.1:\d+$/u);
  return portOf(server);
}

function portOf(server: Server): number {
  const address = server.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

async function open(port: number, ca: string, more: object = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...more });
  await once(socket, 'secureConnect');
  return socket;
}

async function ask(socket: TLSSocket): Promise<string> {
  socket.write('GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

const refusals: readonly { what: string; pair: Certificate; says: RegExp }[] = [
  { what: "another certificate's key", pair: { cert: good.cert, key: next.key }, says: /key_path.*is not that of/u },
  { what: 'no certificate', pair: { cert: 'hello', key: good.key }, says: /cert_path.*holds no certificate/u },
  { what: 'a key where the certificate belongs', pair: { cert: good.key, key: good.key }, says: /cert_path/u },
  { what: 'no key', pair: { cert: good.cert, key: good.cert }, says: /key_path.*no private key/u },
  { what: 'a damaged certificate', pair: { cert: good.cert.replace('MII', 'AAA'), key: good.key }, says: /cert_path/u },
  {
    what: 'an expired certificate',
    pair: makeCertificate({ notAfter: new Date(Date.now() - 1000) }),
    says: /cert_path.*expired on/u,
  },
  {
    what: 'a certificate that is not valid yet',
    pair: makeCertificate({ notBefore: new Date(Date.now() + dayMs / 2) }),
    says: /cert_path.*not valid before/u,
  },
  {
    what: 'a chain of which a later one is expired',
    pair: { cert: good.cert + makeCertificate({ notAfter: new Date(Date.now() - 1000) }).cert, key: good.key },
    says: /expired/u,
  },
  { what: 'a file of 2 MiB', pair: { cert: 'x'.repeat(2 * 1024 * 1024), key: good.key }, says: /no PEM file/u },
];
for (const { what, pair, says } of refusals) {
  test(`row 122: ${what} is refused, naming the option, and no line of the key`, async () => {
    await assert.rejects(TlsFiles.open(optionsOf(pair)), (error) => {
      assert.ok(isFault(error, 'config_invalid'));
      assert.match(error.message, says);
      assert.equal(error.message.includes(pair.key.split('\n')[1] ?? ''), false);
      return true;
    });
  });
}

test('a file that is not there is refused, naming its option and path', async () => {
  const options = { ...optionsOf(good), keyPath: '/nonexistent/tls.key' };
  await assert.rejects(TlsFiles.open(options), /tls\.file\.key_path: cannot read \/nonexistent\/tls\.key/u);
});

test('what is served is the chain of the files, on TLS 1.2 and above', async () => {
  const tls = await TlsFiles.open(optionsOf(good));
  const port = await serve(tls);
  const socket = await open(port, good.cert, { maxVersion: 'TLSv1.2' });
  assert.match(await ask(socket), /^HTTP\/1\.1 200 [\s\S]*served$/u);
  assert.equal(socket.getProtocol(), 'TLSv1.2');
  socket.destroy();
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await assert.rejects(open(port, good.cert, old), /protocol|version|alert/iu);
  tls.end();
});

test('each listener is told the lowest version, at first and at a renewal: a library may have another default', async () => {
  const options = optionsOf(good);
  const tls = await TlsFiles.open(options);
  const told: unknown[] = [];
  const keep = ({ minVersion }: { minVersion?: unknown }) => told.push(minVersion);
  tls.secure((secure) => {
    keep(secure);
    return { setSecureContext: keep };
  });
  replace(options.certPath, next.cert);
  replace(options.keyPath, next.key);
  await tls.look();
  assert.deepEqual(told, ['TLSv1.2', 'TLSv1.2']);
  tls.end();
});

test('a renewed pair is used by new connections, and one that is open goes on', async () => {
  const renewed: number[] = [];
  const options = optionsOf(good, { onRenewed: (notAfterMs) => renewed.push(notAfterMs) });
  const tls = await TlsFiles.open(options);
  const port = await serve(tls);
  const before = await open(port, good.cert);
  assert.match(await ask(before), /^HTTP\/1\.1 200/u);
  await tls.look();
  assert.deepEqual(renewed, [], 'the same bytes are nothing new');
  replace(options.certPath, next.cert);
  replace(options.keyPath, next.key);
  await tls.look();
  assert.equal(renewed.length, 1);
  assert.equal(tls.notAfterMs, renewed[0]);
  assert.match(await ask(before), /^HTTP\/1\.1 200/u, 'the old connection serves on');
  const fresh = await open(port, next.cert);
  assert.equal(fresh.getPeerCertificate().subject.CN, 'second');
  assert.match(await ask(fresh), /^HTTP\/1\.1 200/u);
  await assert.rejects(open(port, good.cert), /self-signed|certificate/u);
  before.destroy();
  fresh.destroy();
  tls.end();
});

test('a bad new pair is told once, the old one serves on, and a good one after it is used', async () => {
  const refused: Fault[] = [];
  const options = optionsOf(good, { onRefused: (error) => refused.push(error) });
  const tls = await TlsFiles.open(options);
  const port = await serve(tls);
  replace(options.certPath, next.cert);
  await tls.look();
  await tls.look();
  assert.equal(refused.length, 1, 'half a renewal is told once');
  assert.match(refused[0]?.message ?? '', /is not that of the first certificate/u);
  const socket = await open(port, good.cert);
  assert.equal(socket.getPeerCertificate().subject.CN, 'first');
  socket.destroy();
  replace(options.keyPath, next.key);
  await tls.look();
  (await open(port, next.cert)).destroy();
  assert.equal(refused.length, 1);
  tls.end();
});

test('files that are gone are told, and the pair in use stays', async () => {
  const refused: Fault[] = [];
  const options = optionsOf(good, { onRefused: (error) => refused.push(error) });
  const tls = await TlsFiles.open(options);
  const port = await serve(tls);
  renameSync(options.certPath, `${options.certPath}.away`);
  await tls.look();
  await tls.look();
  assert.equal(refused.length, 1);
  (await open(port, good.cert)).destroy();
  tls.end();
});

test('the files are looked at by themselves as often as was asked, until the end', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const options = optionsOf(good, { reloadIntervalSeconds: 60, nowMs: () => Date.now() });
  const renewal = new Promise<number>((resolve) => Object.assign(options, { onRenewed: resolve }));
  const tls = await TlsFiles.open(options);
  replace(options.certPath, next.cert);
  replace(options.keyPath, next.key);
  context.mock.timers.tick(59_999);
  context.mock.timers.tick(1);
  assert.equal(await renewal, tls.notAfterMs);
  tls.end();
});

test('who speaks HTTP to the TLS port is cut off without HTTP, and the next one served', async () => {
  const tls = await TlsFiles.open(optionsOf(good));
  const port = await serve(tls);
  const socket = connectPlain(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => assert.doesNotMatch(bytes.toString('latin1'), /HTTP/u));
  socket.write('GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket.resume(), 'close');
  (await open(port, good.cert)).destroy();
  tls.end();
});

test('with TLS on, the plain listener answers probes and sends everything else to the other port', async () => {
  const server = plainServer();
  const health = new Health([]);
  health.started = true;
  addHealthRoutes(server, health);
  refusePlain(server, 9443);
  const headers = { host: 'localhost' };
  for (const url of ['/upcheck', '/healthcheck', '/healthz']) {
    assert.equal((await server.inject({ url, headers })).statusCode, 200);
  }
  for (const url of ['/api/v1/eth2/sign/0x00', '/keys/tz1abc', '/reload', '/nothing']) {
    const { statusCode, body, headers: answered } = await server.inject({ method: 'POST', url, headers, payload: 'x' });
    assert.deepEqual([statusCode, answered['tidemark-error']], [403, 'tls_required']);
    assert.match(body, /9443.*tls\.listen_port/u);
    assert.equal(body.startsWith('{'), url !== '/keys/tz1abc' && url !== '/nothing');
  }
});
