import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curves, type Curve } from '../../crypto/curve.ts';
import { newSecret } from '../../crypto/new-secret.ts';
import { publicKeyOf } from '../../crypto/open-curve-key.ts';
import { plainText } from '../../keys/tezos-secret.ts';
import { keyHash } from '../../tezos/key-hash.ts';

/** A folder with everything a signer needs, of throw-away keys; it goes when the trial ends. */
export interface Scratch {
  readonly folder: string;
  readonly configFile: string;
  readonly keys: readonly { readonly curve: Curve; readonly pkh: string }[];
  remove(): void;
}

export function createScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-dev-'));
  const baseDir = join(folder, 'base');
  const secretsFile = join(folder, 'secrets.json');
  const configFile = join(folder, 'tidemark.yaml');
  mkdirSync(baseDir);
  const keys = curves.map((curve) => {
    using secret = newSecret(curve);
    const pkh = keyHash({ curve, bytes: publicKeyOf(curve, secret.reveal()) }).text;
    return {
      curve,
      pkh,
      entry: { name: `dev-${pkh.slice(0, 3)}`, value: `unencrypted:${plainText({ curve, secret })}` },
    };
  });
  const entries = keys.map(({ entry }) => entry);
  writeFileSync(secretsFile, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
  writeFileSync(configFile, configText({ baseDir, secretsFile, pkhs: keys.map(({ pkh }) => pkh) }), { mode: 0o600 });
  return { folder, configFile, keys, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The whole configuration of the trial: also an example to start from. */
function configText({
  baseDir,
  secretsFile,
  pkhs,
}: {
  baseDir: string;
  secretsFile: string;
  pkhs: readonly string[];
}): string {
  return `# Made by "tidemark dev"; everything in this folder is thrown away with it.
base_dir: ${JSON.stringify(baseDir)}
watermark:
  driver: file
vaults:
  scratch:
    driver: file
    config:
      file: ${JSON.stringify(secretsFile)}
tezos:
${pkhs.map(policyText).join('')}log:
  level: error
`;
}

function policyText(pkh: string): string {
  const consensus = 'block: , preattestation: , attestation: , attestation_with_dal:';
  return `  ${pkh}:\n    allow: { ${consensus} , generic: [transaction, reveal, delegation] }\n    allow_proof_of_possession: true\n`;
}
