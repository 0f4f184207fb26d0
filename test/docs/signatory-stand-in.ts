/**
 * Signatory as far as a move to Tidemark and back can notice it: it reads `watermark_v2`, answers a key and signs
 * attestations by its own rule, one record for each kind of request, and writes the file as Signatory does. It shares
 * no code with Tidemark, so that the two agree only if both keep to the format.
 *
 * Arguments: base_dir, host:port, key hash, public key.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';

interface Watermark {
  readonly level: number;
  readonly round: number;
  readonly hash: string | null;
}

/** By chain id, key hash and kind. */
type Chains = Record<string, Record<string, Record<string, Watermark>>>;

const base58check = createBase58check(sha256);
const [baseDir = '', address = '', pkh = '', publicKey = ''] = process.argv.slice(2);
const folder = join(baseDir, 'watermark_v2');
mkdirSync(folder, { recursive: true });
const chains: Chains = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name.slice(0, -'.json'.length), readChain(join(folder, name))]),
);

const [host, port] = address.split(':');
createServer((request, response) => {
  const answer = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(`${JSON.stringify(body)}\n`);
  };
  if (request.url !== `/keys/${pkh}`) return answer(200, {});
  if (request.method === 'GET') return answer(200, { public_key: publicKey });
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const signed = sign(Buffer.from(JSON.parse(body) as string, 'hex'));
    if (signed) answer(200, { signature: 'sig' });
    else answer(409, [{ id: 'failure', kind: 'temporary', msg: 'watermark validation failed' }]);
  });
}).listen(Number(port), host, () => console.log('Signing address'));
process.once('SIGTERM', () => process.exit(0));

/** An attestation: magic, chain, branch, tag, slot, level, round, payload. */
function sign(message: Buffer): boolean {
  assert.equal(message[0], 0x13);
  const chain = base58check.encode(Uint8Array.of(87, 82, 0, ...message.subarray(1, 5)));
  const kind = message[37] === 23 ? 'attestation_with_dal' : 'attestation';
  const hash = base58check.encode(Uint8Array.of(1, 106, 242, ...blake2b(message, { dkLen: 32 })));
  const wanted = { level: message.readInt32BE(40), round: message.readInt32BE(44), hash };
  const keys = (chains[chain] ??= {});
  const kinds = (keys[pkh] ??= {});
  if (!isAllowed(kinds[kind], wanted)) return false;
  kinds[kind] = wanted;
  writeChain(chain);
  return true;
}

function isAllowed(stored: Watermark | undefined, { level, round, hash }: Watermark): boolean {
  if (stored === undefined || stored.hash === hash) return true;
  return level > stored.level || (level === stored.level && round > stored.round);
}

function readChain(path: string): Chains[string] {
  const keys = JSON.parse(readFileSync(path, 'utf8')) as Chains[string];
  for (const { level, round, hash } of Object.values(keys).flatMap((kinds) => Object.values(kinds))) {
    assert.ok(Number.isInteger(level) && Number.isInteger(round));
    if (hash === null) continue;
    const bytes = base58check.decode(hash);
    assert.deepEqual([...bytes.subarray(0, 3), bytes.length], [1, 106, 242, 35]);
  }
  return keys;
}

function writeChain(chain: string): void {
  const temporary = join(folder, `watermark${process.pid}`);
  writeFileSync(temporary, JSON.stringify(chains[chain], null, 4));
  renameSync(temporary, join(folder, `${chain}.json`));
}
