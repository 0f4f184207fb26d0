import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '../../base/hex.ts';
import { curves, type Curve } from '../../crypto/curve.ts';
import { newSecret } from '../../crypto/new-secret.ts';
import { publicKeyOf } from '../../crypto/open-curve-key.ts';
import { ethereumKeyId } from '../../keys/ethereum-key.ts';
import { plainText } from '../../keys/tezos-secret.ts';
import { keyHash } from '../../tezos/key-hash.ts';

/** A test network: its validators lose nothing that anybody paid for. */
export const devNetwork = 'hoodi';

/** A folder with everything a signer needs, of throw-away keys; it goes when the trial ends. */
export interface Scratch {
  readonly folder: string;
  readonly configFile: string;
  /** One Tezos key of each curve. */
  readonly keys: readonly { readonly curve: Curve; readonly pkh: string }[];
  /** The Ethereum key: `0x` and 96 hex digits. */
  readonly pubkey: string;
  remove(): void;
}

export function createScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-dev-'));
  const baseDir = join(folder, 'base');
  const secretsFile = join(folder, 'secrets.json');
  const configFile = join(folder, 'tidemark.yaml');
  const validators = join(folder, 'validators');
  for (const path of [baseDir, join(folder, 'ethereum'), validators]) mkdirSync(path);
  const keys = curves.map((curve) => {
    using secret = newSecret(curve);
    const pkh = keyHash({ curve, bytes: publicKeyOf(curve, secret.reveal()) }).text;
    return {
      curve,
      pkh,
      entry: { name: `dev-${pkh.slice(0, 3)}`, value: `unencrypted:${plainText({ curve, secret })}` },
    };
  });
  const pubkey = writeValidator(validators);
  const entries = keys.map(({ entry }) => entry);
  writeFileSync(secretsFile, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
  writeFileSync(configFile, configText({ folder, secretsFile, pkhs: keys.map(({ pkh }) => pkh) }), { mode: 0o600 });
  return { folder, configFile, keys, pubkey, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An Ethereum key as Web3Signer's key files hold it. @returns its public key */
function writeValidator(folder: string): string {
  using secret = newSecret('bls12_381');
  const pubkey = ethereumKeyId(publicKeyOf('bls12_381', secret.reveal()));
  const text = `type: file-raw\nkeyType: BLS\nprivateKey: "0x${toHex(secret.reveal())}"\n`;
  writeFileSync(join(folder, `${pubkey}.yaml`), text, { mode: 0o600 });
  return pubkey;
}

interface Places {
  readonly folder: string;
  readonly secretsFile: string;
  readonly pkhs: readonly string[];
}

/** The whole configuration of the trial: also an example to start from. */
function configText({ folder, secretsFile, pkhs }: Places): string {
  return `# Made by "tidemark dev"; everything in this folder is thrown away with it.
base_dir: ${JSON.stringify(join(folder, 'base'))}
watermark:
  driver: file
vaults:
  scratch:
    driver: file
    config:
      file: ${JSON.stringify(secretsFile)}
tezos:
${pkhs.map(policyText).join('')}network: ${devNetwork}
key_sources:
  filesystem:
    paths: [${JSON.stringify(join(folder, 'validators'))}]
anti_slashing:
  backend: file
  path: ${JSON.stringify(join(folder, 'ethereum'))}
log:
  level: error
`;
}

function policyText(pkh: string): string {
  const consensus = 'block: , preattestation: , attestation: , attestation_with_dal:';
  return `  ${pkh}:\n    allow: { ${consensus} , generic: [transaction, reveal, delegation] }\n    allow_proof_of_possession: true\n`;
}
