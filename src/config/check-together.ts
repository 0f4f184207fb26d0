import { checkDynamodb } from './check-dynamodb.ts';
import { checkFirestore } from './check-firestore.ts';
import { checkEthereum } from './check-ethereum.ts';
import { checkSocket } from './check-socket.ts';
import type { Config, ListenConfig } from './config.ts';
import { isWildcard } from './host.ts';
import { type MapNode, nearestNode, nodeAt, type Path, type Place } from './node.ts';
import type { AddProblem, Problems } from './problems.ts';

const tezosMainnet = 'NetXdQprcVkpaWU';

export interface Whole {
  readonly config: Omit<Config, 'notices' | 'settings'>;
  readonly root: MapNode;
  /** Permission bits of the configuration file; 0 when there is none. */
  readonly mode: number;
}

/** Adds what each setting by itself allows, but not all of them together. */
export function checkTogether(whole: Whole, problems: Problems): void {
  const { root } = whole;
  const add = (path: Path, text: string) => problems.add(placeOf(root, path), path, text);
  checkTezosMainnet(whole, add);
  checkEthereum(whole, add);
  checkDynamodb(whole, add);
  checkFirestore(whole, add);
  checkSocket(whole, add);
  checkListeners(whole, add);
  checkSecrets(whole, add);
}

/** Of the setting, or of what it would stand in. */
function placeOf(root: MapNode, path: Path): Place {
  const { node } = nearestNode(root, path);
  return node.kind === 'map' ? node.keyAt : node.at;
}

/** A store that forgets does not protect a key that is meant for the network where double signing costs money. */
function checkTezosMainnet({ config }: Whole, add: AddProblem): void {
  const { driver } = config.watermark;
  if ((driver !== 'mem' && driver !== 'ignore') || config.acceptSlashingRisk) return;
  const harm = driver === 'mem' ? 'mem forgets all marks at every stop' : 'ignore keeps no marks at all';
  for (const [pkh, { allowedChains }] of config.tezos) {
    const named = allowedChains?.has(tezosMainnet) === true;
    // Who tries something with mem need not list the test networks first; ignore is never tried by chance.
    if (!named && (driver === 'mem' || allowedChains !== null)) continue;
    const text =
      `${harm}, and ${pkh} may sign for the Tezos mainnet (${named ? 'allowed_chains' : 'it has no allowed_chains'}); ` +
      'use file or sqlite, or set accept_slashing_risk: true if you can afford to be slashed';
    add(['watermark', 'driver'], text);
  }
}

interface Listener extends ListenConfig {
  /** Its section. */
  readonly name: string;
}

function checkListeners({ config: { server, metrics, tls }, root }: Whole, add: AddProblem): void {
  const listeners: Listener[] = [
    { name: 'server', ...server },
    { name: 'metrics', ...metrics },
  ];
  if (tls.mode === 'file') listeners.push({ name: 'tls', ...server, listenPort: tls.listenPort });
  for (const [index, first] of listeners.entries()) {
    for (const second of listeners.slice(index + 1).filter((each) => collide(first, each))) {
      const text = `${first.name} and ${second.name} both listen on port ${first.listenPort}; give one of them another`;
      const section = nodeAt(root, [second.name, 'listen_port']) === null ? first.name : second.name;
      add([section, 'listen_port'], text);
    }
  }
}

function collide(one: ListenConfig, other: ListenConfig): boolean {
  const addresses = [one.listenAddress, other.listenAddress];
  const apart = addresses[0] !== addresses[1] && !addresses.some(isWildcard);
  return !apart && one.listenPort === other.listenPort && one.listenPort !== 0;
}

function checkSecrets({ config, mode }: Whole, add: AddProblem): void {
  if ((mode & 0o007) === 0) return;
  checkUrls(config, mode, add);
  for (const [name, vault] of config.vaults) {
    if (vault.driver !== 'mem' || !vault.secrets.some((secret) => secret.isLiteral)) continue;
    const text = `secret keys stand here, and every user of this machine can read the file (${shown(mode)}); set it to 0600`;
    add(['vaults', name, 'config'], text);
  }
}

/** The URL of a database may hold a password. */
function checkUrls({ watermark, ethereum }: Whole['config'], mode: number, add: AddProblem): void {
  const text = `the URL of a database stands here, and every user of this machine can read the file (${shown(mode)}); set it to 0600, or name it as env:NAME or file:PATH`;
  if (watermark.driver === 'postgres' && watermark.postgres.url.isLiteral) add(['watermark', 'config', 'url'], text);
  const marks = ethereum?.antiSlashing;
  if (marks?.backend === 'postgres' && marks.postgres.url.isLiteral) add(['anti_slashing', 'url'], text);
}

function shown(mode: number): string {
  return `mode ${mode.toString(8).padStart(4, '0')}`;
}
