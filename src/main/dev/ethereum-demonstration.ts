import type { Network } from '../../ethereum/network.ts';

/** Far below the clock of the network, so that nothing here is beyond it. */
const epoch = 100n;
const slot = 3_200n;

export interface EthereumTrial {
  /** `http://127.0.0.1:9000` */
  readonly api: string;
  /** `0x` and 96 hex digits. */
  readonly pubkey: string;
  readonly network: Network;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks the running signer like any validator client: an attestation, a block, then a vote that surrounds the first one,
 * which is refused. Prints what came back.
 *
 * @throws Error when the signer did not answer as promised: a trial that fails must say so
 */
export async function demonstrateEthereum(trial: EthereumTrial): Promise<void> {
  const short = `${trial.pubkey.slice(0, 14)}…`;
  const vote = await ask(trial, attestationBody(trial.network, epoch - 1n, epoch));
  expect(vote, 200);
  console.log(`  signed   ${short}  attestation of epoch ${epoch - 1n} → ${epoch}  ${vote.text.slice(14, 44)}…`);
  const block = await ask(trial, blockBody(trial.network, slot));
  expect(block, 200);
  console.log(`  signed   ${short}  block of slot ${slot}  ${block.text.slice(14, 44)}…`);
  const surround = await ask(trial, attestationBody(trial.network, epoch - 2n, epoch + 1n));
  expect(surround, 412);
  console.log(`  refused  ${short}  attestation of epoch ${epoch - 2n} → ${epoch + 1n}: 412 ${reasonOf(surround)}`);
}

/** A vote for zero roots, as a client sends it. */
export function attestationBody(network: Network, source: bigint, target: bigint): string {
  const root = `0x${'00'.repeat(32)}`;
  return JSON.stringify({
    type: 'ATTESTATION',
    fork_info: forkInfo(network),
    attestation: {
      slot: String(target * network.preset.slotsPerEpoch),
      index: '0',
      beacon_block_root: root,
      source: { epoch: String(source), root },
      target: { epoch: String(target), root },
    },
  });
}

function blockBody(network: Network, at: bigint): string {
  const root = `0x${'00'.repeat(32)}`;
  const header = { slot: String(at), proposer_index: '1', parent_root: root, state_root: root, body_root: root };
  return JSON.stringify({
    type: 'BLOCK_V2',
    fork_info: forkInfo(network),
    beacon_block: { version: 'FULU', block_header: header },
  });
}

/** The network's newest fork that has a date. */
function forkInfo({ forks, genesisValidatorsRoot }: Network): object {
  const dated = forks.filter(({ epoch: begins }) => begins !== null);
  const [previous, current] = [dated.at(-2), dated.at(-1)];
  const fork = {
    previous_version: `0x${previous?.version ?? ''}`,
    current_version: `0x${current?.version ?? ''}`,
    epoch: String(current?.epoch ?? 0n),
  };
  return { fork, genesis_validators_root: genesisValidatorsRoot };
}

async function ask({ api, pubkey }: EthereumTrial, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(`${api}/api/v1/eth2/sign/${pubkey}`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

function reasonOf({ text }: Answer): string {
  return /"reason":"([^"]*)"/u.exec(text)?.[1] ?? text;
}

function expect({ status, text }: Answer, wanted: number): void {
  if (status !== wanted) throw new Error(`the signer answered ${status} where ${wanted} was due: ${text}`);
}
