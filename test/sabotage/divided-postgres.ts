import type { Lane } from '../../src/protection/lane.ts';
import { decide, type Mark, type Verdict } from '../../src/protection/mark.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';

/**
 * Loaded into a signer before its own code: its Postgres store reads, decides, and then writes. Within the process one
 * advance waits for the one before it, so that alone it is faultless.
 */
let last: Promise<unknown> = Promise.resolve();

PostgresStore.prototype.advance = async function advance(lane: Lane, next: Mark): Promise<Verdict> {
  const turn = last.then(async () => {
    const verdict = decide(await this.read(lane), next);
    if (verdict.kind === 'advance') await this.raise(lane, next);
    return verdict;
  });
  last = turn.catch(() => undefined);
  return await turn;
};
