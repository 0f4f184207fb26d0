/**
 * Web3Signer as far as a move to Tidemark and back can notice it: it reads raw key files, answers `upcheck`,
 * `publicKeys` and `sign`, keeps every block and attestation that it signed, and knows the commands of a move,
 * `export`, `import` and `watermark-repair`. It shares no code with Tidemark, so that the two agree only if both keep
 * to the formats. Its signatures are over the request's own text: nobody here verifies them.
 *
 * Arguments: the folder of its database, then `serve ADDRESS KEYS`, or `command` and Web3Signer's own words.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { bls12_381 } from '@noble/curves/bls12-381.js';

interface Vote {
  readonly source: number;
  readonly target: number;
  readonly root: string;
}

interface Proposal {
  readonly slot: number;
  readonly root: string;
}

interface History {
  readonly votes: Vote[];
  readonly blocks: Proposal[];
}

interface Database {
  genesis: string;
  /** Nothing strictly below is signed. */
  low: { slot: number; epoch: number };
  readonly keys: Record<string, History>;
}

interface Request {
  readonly fork_info: { readonly genesis_validators_root: string };
  readonly attestation?: { readonly source: { readonly epoch: string }; readonly target: { readonly epoch: string } };
  readonly beacon_block?: { readonly block_header: { readonly slot: string } };
}

const { longSignatures } = bls12_381;
const [folder = '', verb = '', ...words] = process.argv.slice(2);
const file = join(folder, 'database.json');
const empty: Database = { genesis: '', low: { slot: 0, epoch: 0 }, keys: {} };
const database = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Database) : empty;
if (verb === 'serve') serve(...words);
else command(...words);

function serve(address = '', keyFolder = ''): void {
  const secrets = readKeys(keyFolder);
  const [host, port] = address.split(':');
  createServer((request, response) => {
    const answer = (status: number, body = ''): void => void response.writeHead(status).end(body);
    const { url = '' } = request;
    if (url === '/upcheck') return answer(200, 'OK');
    if (url === '/api/v1/eth2/publicKeys') return answer(200, JSON.stringify([...secrets.keys()]));
    const key = url.replace('/api/v1/eth2/sign/', '');
    const secret = secrets.get(key);
    if (secret === undefined) return answer(404);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (!isAllowed(key, body)) return answer(412, 'Signing operation failed due to slashing protection rules');
      const message = longSignatures.hash(new TextEncoder().encode(body));
      answer(200, `0x${longSignatures.sign(message, secret).toHex()}`);
    });
  }).listen(Number(port), host, () => console.log('Signing address'));
  process.once('SIGTERM', () => process.exit(0));
}

/** By public key: those of `file-raw` descriptors. */
function readKeys(keyFolder: string): ReadonlyMap<string, Uint8Array> {
  const texts = readdirSync(keyFolder).map((name) => readFileSync(join(keyFolder, name), 'utf8'));
  const keys = texts.map((text) => Buffer.from(/privateKey: "0x(\w+)"/u.exec(text)?.[1] ?? '', 'hex'));
  return new Map(keys.map((secret) => [`0x${longSignatures.getPublicKey(secret).toHex()}`, secret]));
}

/** Records what is signed first. */
function isAllowed(key: string, body: string): boolean {
  const { fork_info: fork, attestation, beacon_block: block } = JSON.parse(body) as Request;
  const history = (database.keys[key] ??= { votes: [], blocks: [] });
  const root = `0x${createHash('sha256').update(body).digest('hex')}`;
  database.genesis = fork.genesis_validators_root;
  if (attestation !== undefined) {
    const vote = { source: Number(attestation.source.epoch), target: Number(attestation.target.epoch), root };
    if (!isFree(history.votes, vote)) return false;
    history.votes.push(vote);
  } else if (block !== undefined) {
    const slot = Number(block.block_header.slot);
    if (slot < database.low.slot || history.blocks.some((old) => old.slot === slot && old.root !== root)) return false;
    history.blocks.push({ slot, root });
  }
  save();
  return true;
}

function isFree(votes: readonly Vote[], { source, target, root }: Vote): boolean {
  const { epoch } = database.low;
  if (source < epoch || target < epoch) return false;
  return !votes.some((old) => {
    const isDouble = old.target === target && old.root !== root;
    const surrounds = source < old.source && target > old.target;
    return isDouble || surrounds || (source > old.source && target < old.target);
  });
}

function command(eth2 = '', name = '', ...options: readonly string[]): void {
  const given = new Map(options.map((option) => option.replace(/^--/u, '').split('=', 2) as [string, string]));
  switch (`${eth2} ${name}`) {
    case 'eth2 export':
      writeFileSync(given.get('to') ?? '', JSON.stringify(interchange()));
      break;
    case 'eth2 import':
      takeIn(JSON.parse(readFileSync(given.get('from') ?? '', 'utf8')) as Interchange);
      save();
      break;
    case 'eth2 watermark-repair':
      database.low = { slot: Number(given.get('slot')), epoch: Number(given.get('epoch')) };
      save();
      break;
    default:
      throw new Error(`no command ${eth2} ${name}`);
  }
}

interface Interchange {
  readonly data: readonly {
    readonly pubkey: string;
    readonly signed_blocks: readonly { readonly slot: string; readonly signing_root?: string }[];
    readonly signed_attestations: readonly {
      readonly source_epoch: string;
      readonly target_epoch: string;
      readonly signing_root?: string;
    }[];
  }[];
}

function takeIn({ data }: Interchange): void {
  for (const { pubkey, signed_blocks: blocks, signed_attestations: votes } of data) {
    const history = (database.keys[pubkey] ??= { votes: [], blocks: [] });
    for (const { slot, signing_root: root = 'unknown' } of blocks) history.blocks.push({ slot: Number(slot), root });
    for (const { source_epoch: source, target_epoch: target, signing_root: root = 'unknown' } of votes) {
      history.votes.push({ source: Number(source), target: Number(target), root });
    }
  }
}

/** EIP-3076, the whole history. */
function interchange(): object {
  const data = Object.entries(database.keys).map(([pubkey, { votes, blocks }]) => ({
    pubkey,
    signed_blocks: blocks.map(({ slot, root }) => ({ slot: String(slot), signing_root: root })),
    signed_attestations: votes.map(({ source, target, root }) => ({
      source_epoch: String(source),
      target_epoch: String(target),
      signing_root: root,
    })),
  }));
  return { metadata: { interchange_format_version: '5', genesis_validators_root: database.genesis }, data };
}

function save(): void {
  writeFileSync(file, JSON.stringify(database));
}
