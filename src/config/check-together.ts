import type { Config } from './config.ts';
import { isWildcard } from './host.ts';
import { type MapNode, nearestNode, nodeAt, type Path } from './node.ts';
import type { Problems } from './problems.ts';

const tezosMainnet = 'NetXdQprcVkpaWU';

export interface Whole {
  readonly config: Omit<Config, 'notices' | 'settings'>;
  readonly root: MapNode;
  /** Permission bits of the configuration file; 0 when there is none. */
  readonly mode: number;
}

/** Adds what each setting by itself allows, but not all of them together. */
export function checkTogether(whole: Whole, problems: Problems): void {
  checkMainnet(whole, problems);
  checkListeners(whole, problems);
  checkSecrets(whole, problems);
}

/** A store that forgets does not protect a key that is meant for the network where double signing costs money. */
function checkMainnet({ config, root }: Whole, problems: Problems): void {
  if (config.watermark.driver !== 'mem' || config.acceptSlashingRisk) return;
  for (const [pkh, policy] of config.tezos) {
    if (policy.allowedChains?.has(tezosMainnet) !== true) continue;
    const text =
      `mem forgets all marks at every stop, and ${pkh} may sign for the Tezos mainnet (allowed_chains); ` +
      'use file or sqlite, or set accept_slashing_risk: true if you can afford to be slashed';
    add({ root, path: ['watermark', 'driver'], text }, problems);
  }
}

function checkListeners({ config: { server, metrics }, root }: Whole, problems: Problems): void {
  const addresses = [server.listenAddress, metrics.listenAddress];
  const apart = addresses[0] !== addresses[1] && !addresses.some(isWildcard);
  if (apart || server.listenPort !== metrics.listenPort || server.listenPort === 0) return;
  const text = `server and metrics both listen on port ${server.listenPort}; give one of them another`;
  const section = nodeAt(root, ['metrics', 'listen_port']) === null ? 'server' : 'metrics';
  add({ root, path: [section, 'listen_port'], text }, problems);
}

function checkSecrets({ config, root, mode }: Whole, problems: Problems): void {
  if ((mode & 0o007) === 0) return;
  for (const [name, vault] of config.vaults) {
    if (vault.driver !== 'mem' || !vault.secrets.some((secret) => secret.isLiteral)) continue;
    const shown = `mode ${mode.toString(8).padStart(4, '0')}`;
    const text = `secret keys stand here, and every user of this machine can read the file (${shown}); set it to 0600`;
    add({ root, path: ['vaults', name, 'config'], text }, problems);
  }
}

function add({ root, path, text }: { root: MapNode; path: Path; text: string }, problems: Problems): void {
  problems.add(nearestNode(root, path).node.at, path, text);
}
