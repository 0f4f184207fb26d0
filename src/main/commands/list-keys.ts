import type { Config } from '../../config/config.ts';
import { LocalSigner } from '../../crypto/local-signer.ts';
import type { Key } from '../../keys/key.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import type { TezosPolicy } from '../../policy/tezos-policy.ts';
import { publicKeyText } from '../../tezos/key-hash.ts';
import { openVaults, type VaultParts } from '../open-vaults.ts';
import { readConfig } from '../read-config.ts';
import { terminalSource } from '../terminal.ts';
import type { GlobalOptions } from './global-options.ts';
import { listEthereumKeys } from './list-ethereum-keys.ts';

/**
 * `tidemark keys list`: every key of every vault and key source; no store of marks is touched. Ends with 1 when a
 * file of an Ethereum key could not be loaded, so that a script notices.
 */
export async function listKeys(options: GlobalOptions): Promise<void> {
  const config = readConfig(options);
  const log = createLog(config.log);
  const signer = new LocalSigner({ threads: 1, onThreadLost: (text) => log.error(text) });
  try {
    await listVaults(config, { signer, log });
    if (config.ethereum === null) return;
    const failures = await listEthereumKeys(config.ethereum, { signer, verify: config.signing.verify });
    if (failures > 0) process.exitCode = 1;
  } finally {
    await signer.end();
  }
}

async function listVaults(
  { vaults, tezos }: Config,
  { signer, log }: Pick<VaultParts, 'signer' | 'log'>,
): Promise<void> {
  const parts = { signer, log, metrics: new Metrics(tezos.keys()), askPassword: terminalSource };
  const keys = (await openVaults(vaults, parts)).list();
  for (const key of keys) console.log(describe(key, tezos.get(key.id)));
  const missing = [...tezos.keys()].filter((pkh) => !keys.some((key) => key.id === pkh));
  for (const pkh of missing) console.log(`Public Key Hash:      ${pkh}\nActive:               false (in no vault)\n`);
}

/** The fields that `signatory-cli list` prints. */
function describe(key: Key, policy: TezosPolicy | undefined): string {
  const rows: [string, string][] = [
    ['Public Key Hash:', key.id],
    ['Public Key:', publicKeyText({ curve: key.curve, bytes: key.publicKey })],
    ['Vault:', key.source],
    ['Active:', policy === undefined ? 'false (not listed under tezos:)' : 'true'],
    ['Allowed Requests:', listed(policy?.requestKinds)],
    ['Allowed Operations:', listed(policy?.operationKinds)],
    ['Allowed Chains:', policy?.allowedChains === null ? 'all' : listed(policy?.allowedChains)],
    ['Proof of Possession:', policy?.allowProofOfPossession === true ? 'allowed' : 'not allowed'],
  ];
  return `${rows.map(([label, value]) => `${label.padEnd(22)}${value}`).join('\n')}\n`;
}

function listed(values: ReadonlySet<string> | null | undefined): string {
  const sorted = [...(values ?? [])].sort();
  return sorted.length === 0 ? 'none' : sorted.join(', ');
}
