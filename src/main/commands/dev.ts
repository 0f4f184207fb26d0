import { assert } from '../../base/fault.ts';
import { limits } from '../../base/limits.ts';
import { builtInNetwork } from '../../ethereum/built-in-networks.ts';
import { createLog } from '../../observe/log.ts';
import { conflictingBody, demonstrate, nextBody } from '../dev/demonstration.ts';
import { attestationBody, demonstrateEthereum, type EthereumTrial } from '../dev/ethereum-demonstration.ts';
import { createScratch, devNetwork, type Scratch } from '../dev/scratch.ts';
import { readConfig } from '../read-config.ts';
import { terminalSource } from '../terminal.ts';
import { type RunningSigner, startSigner } from '../wire.ts';
import type { GlobalOptions } from './global-options.ts';
import { endWithin, toldToStop } from './serve.ts';

/** `tidemark dev`: the whole signer on throw-away keys; shows a signature and a refusal by each, then keeps serving. */
export async function dev(options: GlobalOptions): Promise<void> {
  // Before anything is made: at whatever moment it is told to stop, the scratch folder goes.
  const told = toldToStop();
  const scratch = createScratch();
  try {
    const config = readConfig({ ...options, config: scratch.configFile });
    const signer = await startSigner({ config, log: createLog(config.log), askPassword: terminalSource });
    console.log(`\nTidemark signs at ${signer.api}, with throw-away keys in ${scratch.folder}\n`);
    await demonstrate(signer.api, scratch.keys);
    const trial = ethereumTrial(signer, scratch);
    await signer.keysLoaded;
    await demonstrateEthereum(trial);
    console.log(invitation(signer, scratch));
    console.log(ethereumInvitation(trial));
    console.log('\nServing until Ctrl-C; then everything above is thrown away.');
    await told;
    await endWithin(signer, limits.drainMs);
  } finally {
    scratch.remove();
  }
}

function invitation({ api, metrics }: RunningSigner, { folder, configFile, keys }: Scratch): string {
  const [first] = keys;
  const url = `${api}/keys/${first?.pkh ?? ''}`;
  const post = (body: string) => `  curl -s -H 'content-type: application/json' -d '${body}' \\\n    ${url}`;
  return `
Try it:

  curl -s ${url}
${post(nextBody())}
${post(conflictingBody())}
  curl -s ${metrics}/metrics | grep watermark
  cat ${folder}/base/watermark_v2/*.json

The configuration that runs now, to start your own from: ${configFile}
Point octez-client at the signer:
  octez-client import secret key dev ${url.replace('/keys/', '/')}`;
}

function ethereumTrial({ api }: RunningSigner, { pubkey }: Scratch): EthereumTrial {
  const network = builtInNetwork(devNetwork);
  assert(network !== null, 'the network of the trial is built in');
  return { api, pubkey, network };
}

/** The next attestation, one that would surround it, and what a validator client asks for first. */
function ethereumInvitation({ api, pubkey, network }: EthereumTrial): string {
  const post = (body: string) =>
    `  curl -s -H 'content-type: application/json' -d '${body}' \\\n    ${api}/api/v1/eth2/sign/${pubkey}`;
  return `
The same for Ethereum; a validator client takes ${api} as its external signer:

  curl -s ${api}/api/v1/eth2/publicKeys
${post(attestationBody(network, 100n, 101n))}
${post(attestationBody(network, 99n, 102n))}
  curl -s ${api}/healthcheck`;
}
