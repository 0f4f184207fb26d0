import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { attestationBody } from '../support/ethereum-bodies.ts';
import { newEthereumKey, signPath, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { eventually } from '../support/eventually.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';

/** TLS of the running program: who asks in the clear gets no signature, and a renewal cuts nobody off. */
const folder = new ScratchFolder();
const key = newEthereumKey();
const path = signPath(key.publicKey);
const first = makeCertificate({ name: 'first' });
let signer: SignerProcess;
/** The listener without TLS. */
let probes = '';

before(async () => {
  writePair(first);
  const files = `cert_path: ${join(folder.path, 'cert.pem')}, key_path: ${join(folder.path, 'key.pem')}`;
  const extra = `tls: { mode: file, listen_port: 0, file: { ${files}, reload_interval_seconds: 1 } }\n`;
  const configFile = writeEthereumSetup(folder, { keys: [key], antiSlashing: '{ backend: mem }', extra });
  signer = await SignerProcess.start(configFile);
  probes = String(signer.log.find(({ msg }) => msg === 'Health without TLS')?.['address']);
  await eventually(async () => (await fetch(`${probes}/healthcheck`)).status === 200, 'the key is loaded');
});

after(async () => {
  await signer.stop();
  folder.remove();
});

test('the plain port answers probes, and says where everything else is asked for', async () => {
  assert.equal(await (await fetch(`${probes}/upcheck`)).text(), 'OK');
  assert.equal((await fetch(`${probes}/healthz`)).status, 200);
  for (const [method, asked] of [
    ['POST', path],
    ['GET', '/api/v1/eth2/publicKeys'],
    ['POST', '/reload'],
    ['GET', '/metrics'],
  ] as const) {
    const body = method === 'POST' ? attestationBody({ source: 60_000, target: 60_001 }) : null;
    const answer = await fetch(`${probes}${asked}`, { method, body });
    assert.equal(answer.status, 403, `${method} ${asked}`);
    assert.equal(answer.headers.get('tidemark-error'), 'tls_required');
    assert.ok((await answer.text()).includes('tls.listen_port'));
  }
});

test('with TLS a duty is signed, and a conflict refused', async () => {
  const agent = new Agent({ ca: first.cert, keepAlive: true });
  assert.equal((await ask(agent, 60_001)).status, 200);
  assert.equal((await ask(agent, 60_001, 2)).status, 412);
  agent.destroy();
});

test('whoever does not trust the certificate is not served', async () => {
  const agent = new Agent({ ca: makeCertificate().cert });
  await assert.rejects(ask(agent, 60_002), /self-signed|unable to verify|signature/iu);
  agent.destroy();
});

test('a renewed certificate is taken up; connections that are open stay', async () => {
  const old = new Agent({ ca: first.cert, keepAlive: true, maxSockets: 1 });
  const before = await ask(old, 60_003);
  const second = makeCertificate({ name: 'second' });
  writePair(second);
  await eventually(() => signer.log.some(({ msg }) => msg === 'New certificate in use'), 'it is taken up');

  const fresh = new Agent({ ca: second.cert, keepAlive: true });
  const renewed = await ask(fresh, 60_004);
  assert.equal(renewed.status, 200);
  assert.notEqual(renewed.certificate, before.certificate);
  const later = await ask(old, 60_005);
  assert.equal(later.status, 200);
  assert.deepEqual([later.port, later.certificate], [before.port, before.certificate], 'the same connection');
  old.destroy();
  fresh.destroy();
});

test('a pair that does not belong together is named, and the old one goes on', async () => {
  // A renewal that was seen half done was refused, too.
  const seen = signer.log.length;
  folder.write('key.pem', makeCertificate().key);
  const refusal = () => signer.log.slice(seen).find(({ msg }) => msg.startsWith('The new certificate cannot be used'));
  await eventually(() => refusal() !== undefined, 'it is refused');
  assert.match(String(refusal()?.['error']), /tls\.file\.key_path/u);
  assert.doesNotMatch(JSON.stringify(signer.log), /PRIVATE KEY/u);
  assert.equal((await fetch(`${probes}/healthcheck`)).status, 200);
});

interface Asked {
  readonly status: number | undefined;
  /** The client's port: a connection's own. */
  readonly port: number | undefined;
  /** The fingerprint of what the signer showed. */
  readonly certificate: string;
}

async function ask(agent: Agent, target: number, fill = 1): Promise<Asked> {
  const { hostname, port } = new URL(signer.api);
  const asked = request({ agent, hostname, port, path, method: 'POST' });
  asked.end(attestationBody({ source: 60_000, target, fill }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const socket = asked.socket as TLSSocket;
  const facts = { port: socket.localPort, certificate: socket.getPeerCertificate().fingerprint256 };
  await once(response.resume(), 'end');
  return { status: response.statusCode, ...facts };
}

/** The key first: a pair that is half replaced is refused and looked at again. */
function writePair({ cert, key: secret }: Certificate): void {
  folder.write('key.pem', secret);
  folder.write('cert.pem', cert);
}
