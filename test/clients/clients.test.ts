import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { Verifier } from '../oracle/verify.ts';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';
import type { Client, ClientAnswer, Recorded } from './exchange.ts';
import { clients, keyOf, record } from './record.ts';
import { routes } from './routes.ts';
import type { NetworkName } from './samples.ts';

/** Every client's recorded requests against the running program: one for each network, as operators run it. */
const networks: readonly NetworkName[] = ['hoodi', 'sepolia'];
const folders = new Map(networks.map((network) => [network, new ScratchFolder()]));
const signers = new Map<NetworkName, SignerProcess>();
const verifier = new Verifier();

before(async () => {
  const keys = clients.map(keyOf);
  for (const [network, folder] of folders) {
    const configFile = writeEthereumSetup(folder, { keys, network });
    signers.set(network, await startEthereum(configFile, keys));
  }
});

after(async () => {
  for (const signer of signers.values()) await signer.stop();
  for (const folder of folders.values()) folder.remove();
});

for (const client of clients) {
  for (const asked of record(client)) {
    test(`${client.name} is given its signature for ${asked.name}, and the same when it asks again`, async () => {
      const first = await ask(asked);
      assert.equal(first.status, 200, first.body);
      assert.equal(first.contentType, `${expectedType(client)}; charset=utf-8`);
      const signature = client.read(first);
      const publicKey = keyOf(client).publicKey.slice(2);
      assert.ok(verifier.isValid(publicKey, asked.signingRoot, signature.slice(2)), 'over another root');
      assert.deepEqual(await ask(asked), first);
    });
  }

  test(`${client.name} is refused another vote for the same target, in words that it can show`, async () => {
    const answer = await ask({ ...recordedVote(client), body: otherHead(recordedVote(client).body) });
    assert.equal(answer.status, 412);
    assert.match(client.readRefusal(answer), /412|slashing protection/iu);
    // Whoever decodes the answer of a refusal as a signature must fail.
    assert.throws(() => client.read(answer));
  });

  test(`${client.name} is told which keys there are not`, async () => {
    const answer = await ask({ ...recordedVote(client), path: signPath(newEthereumKey().publicKey) });
    assert.equal(answer.status, 404);
    assert.match(client.readRefusal(answer), /404|no such key/iu);
  });

  test(`${client.name} is told when its root is another, and nothing is signed`, async () => {
    const vote = recordedVote(client);
    const answer = await ask({ ...vote, body: withRoot(vote.body, `0x${'ab'.repeat(32)}`) });
    assert.equal(answer.status, 400);
    assert.throws(() => client.read(answer));
  });
}

for (const { client, method, path, headers, check } of routes) {
  test(`${client} asks ${method} ${path} and can read the answer`, async () => {
    const answer = await send(signerOf('hoodi'), { method, path, headers, body: null });
    check(
      answer,
      clients.map((each) => keyOf(each).publicKey),
    );
  });
}

function recordedVote(client: Client): Recorded {
  return record(client).find(({ name }) => name.startsWith('ATTESTATION')) ?? assert.fail('there is no vote');
}

/** The same vote for another head; the root is left out, because it would be that of the first. */
function otherHead(body: string): string {
  const { signingRoot: _, ...rest } = JSON.parse(body) as { signingRoot?: string; attestation: object };
  return JSON.stringify({ ...rest, attestation: { ...rest.attestation, beacon_block_root: `0x${'ee'.repeat(32)}` } });
}

function withRoot(body: string, signingRoot: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), signingRoot });
}

/** JSON for whoever asks for it, text for whoever asks for text or for nothing. */
function expectedType({ headers }: Client): string {
  return headers['accept'] === 'application/json' ? 'application/json' : 'text/plain';
}

async function ask({ network, path, headers, body }: Recorded): Promise<ClientAnswer> {
  return await send(signerOf(network), { method: 'POST', path, headers, body });
}

function signerOf(network: NetworkName): SignerProcess {
  return signers.get(network) ?? assert.fail('the signer has not started');
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Sends these headers and no others, as `fetch` would not. */
async function send({ api }: SignerProcess, { method, path, headers, body }: Sent): Promise<ClientAnswer> {
  return await new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    const asking = request(`${api}${path}`, { method, headers: { ...headers, ...length } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          contentType: answer.headers['content-type'] ?? null,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    asking.on('error', reject);
    asking.end(body ?? undefined);
  });
}
