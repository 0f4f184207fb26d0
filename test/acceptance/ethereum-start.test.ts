import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtInNetwork } from '../../src/ethereum/built-in-networks.ts';
import { makeCertificate } from '../support/certificate.ts';
import { newEthereumKey, rawKeyFile } from '../support/ethereum-setup.ts';
import { recordOutput } from '../support/run-record.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';

/** Configurations of the Ethereum side that must not sign: each stops the start, and says what to change. */
interface Refused {
  readonly what: string;
  /** `DIR` is the scratch folder: it holds `keys`, `marks`, `base`, a network file and a certificate. */
  readonly config: string;
  readonly says: RegExp;
}

const keys = 'key_sources: { filesystem: { paths: [DIR/keys] } }';
const marks = 'anti_slashing: { backend: file, path: DIR/marks }';
const base = 'base_dir: DIR/base';

const rows: readonly Refused[] = [
  { what: 'keys without anti_slashing', config: `network: hoodi\n${keys}`, says: /without anti_slashing/u },
  {
    what: 'the marks of both chains in one folder',
    config: `${base}\nnetwork: hoodi\n${keys}\nanti_slashing: { backend: file, path: DIR/keys/../base }`,
    says: /anti_slashing\.path: .*base_dir/u,
  },
  {
    what: 'the marks of both chains in one database',
    config: `watermark: { driver: sqlite, config: { path: DIR/m.db } }\n${keys}\nanti_slashing: { backend: sqlite, path: DIR/m.db }`,
    says: /anti_slashing\.path: .*the database of watermark/u,
  },
  { what: 'noop on mainnet', config: risky('mainnet', 'noop'), says: /accept_slashing_risk: true/u },
  { what: 'mem on gnosis', config: risky('gnosis', 'mem'), says: /accept_slashing_risk: true/u },
  { what: 'noop beside one test network and mainnet', config: risky('[hoodi, mainnet]', 'noop'), says: /mainnet/u },
  { what: 'noop where no network is named', config: `${keys}\nanti_slashing: { backend: noop }`, says: /mainnet/u },
  { what: 'noop for a file of mainnet by another name', config: risky('DIR/mine.yaml', 'noop'), says: /is mainnet/u },
  {
    what: 'sqlite without a path',
    config: `${keys}\nanti_slashing: { backend: sqlite }`,
    says: /anti_slashing\.path/u,
  },
  {
    what: 'a backend that there is none of',
    config: `${keys}\nanti_slashing: { backend: redis }`,
    says: /expected sqlite/u,
  },
  {
    what: 'a key source that is not built',
    config: `key_sources: { dynamodb: { table: keys } }\n${marks}`,
    says: /key_sources\.dynamodb: .*not built/u,
  },
  { what: 'a state backend', config: `${keys}\n${marks}\nsigner_state: { backend: memory }`, says: /signer_state/u },
  { what: 'a network with a slip in it', config: `network: mainet\n${keys}\n${marks}`, says: /did you mean mainnet/u },
  { what: 'a folder of keys that is gone', config: `${marks}\n${keys.replace('/keys', '/gone')}`, says: /gone/u },
  {
    what: 'a folder of marks that is gone',
    config: `network: hoodi\n${keys}\nanti_slashing: { backend: file, path: DIR/gone }`,
    says: /anti_slashing\.path/u,
  },
  { what: 'a certificate that is gone', config: tls('DIR/gone.pem', 'DIR/key.pem'), says: /tls\.file\.cert_path/u },
  { what: 'a key of another certificate', config: tls('DIR/cert.pem', 'DIR/other.pem'), says: /tls\.file\.key_path/u },
  { what: 'a certificate that has expired', config: tls('DIR/old.pem', 'DIR/old-key.pem'), says: /expired/u },
];

const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const freePorts = { TIDEMARK_SERVER__LISTEN_PORT: '0', TIDEMARK_METRICS__LISTEN_PORT: '0' };

for (const { what, config, says } of rows) {
  test(`${what}: the start is refused`, () => {
    const folder = prepared();
    try {
      const configFile = folder.write('tidemark.yaml', `${placed(config, folder)}\n`);
      const env = { ...process.env, ...freePorts };
      const args = [cli, 'serve', '-c', configFile];
      const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 30_000 });
      recordOutput(stderr);
      assert.equal(status, 78, stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /^\s+at /mu, 'no stack');
    } finally {
      folder.remove();
    }
  });
}

test('who accepts the risk may start noop on mainnet, and hears of it', async () => {
  const folder = prepared();
  const text = placed(`${risky('mainnet', 'noop')}\naccept_slashing_risk: true\n`, folder);
  const signer = await SignerProcess.start(folder.write('tidemark.yaml', text));
  assert.ok(signer.log.some(({ level, msg }) => level === 'warn' && msg.startsWith('NO PROTECTION')));
  assert.equal(await signer.stop(), 0);
  folder.remove();
});

function risky(network: string, backend: string): string {
  return `network: ${network}\n${keys}\nanti_slashing: { backend: ${backend} }`;
}

function tls(cert: string, key: string): string {
  return `${keys}\n${marks}\ntls: { mode: file, listen_port: 0, file: { cert_path: ${cert}, key_path: ${key} } }`;
}

function placed(config: string, folder: ScratchFolder): string {
  return config.replaceAll('DIR', folder.path);
}

function prepared(): ScratchFolder {
  const folder = new ScratchFolder();
  for (const name of ['keys', 'marks', 'base']) mkdirSync(join(folder.path, name));
  folder.write('keys/key.yaml', rawKeyFile(newEthereumKey()));
  folder.write('mine.yaml', mainnetFile());
  const good = makeCertificate();
  const old = makeCertificate({ notAfter: new Date(Date.now() - 3_600_000) });
  const files = { 'cert.pem': good.cert, 'key.pem': good.key, 'old.pem': old.cert, 'old-key.pem': old.key };
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  folder.write('other.pem', makeCertificate().key);
  return folder;
}

/** Mainnet, as somebody might describe it under a name of his own. */
function mainnetFile(): string {
  const mainnet = builtInNetwork('mainnet');
  return [
    'CONFIG_NAME: mine',
    'PRESET_BASE: mainnet',
    `GENESIS_VALIDATORS_ROOT: ${mainnet?.genesisValidatorsRoot}`,
    'GENESIS_TIME: 1606824023',
    'SECONDS_PER_SLOT: 12',
    'GENESIS_FORK_VERSION: 0x00000000',
    'ALTAIR_FORK_VERSION: 0x01000000',
    'ALTAIR_FORK_EPOCH: 74240',
    '',
  ].join('\n');
}
