import type { Config } from './config.ts';
import { type MapNode, nodeAt } from './node.ts';
import type { AddProblem } from './problems.ts';

interface Whole {
  readonly config: Pick<Config, 'protection'>;
  readonly root: MapNode;
}

/** Adds that a socket is asked for where there is none: whoever counts on it should know. */
export function checkSocket({ config, root }: Whole, add: AddProblem): void {
  const node = nodeAt(root, ['protection', 'socket']);
  const isWanted = node?.kind === 'scalar' && node.value !== null;
  if (!isWanted || config.protection.socket !== null) return;
  const text =
    'there is a socket only for Ethereum marks that this process alone holds (anti_slashing.backend: sqlite, file or ' +
    'mem); a store that signers share is opened by the commands themselves: remove this';
  add(['protection', 'socket'], text);
}
