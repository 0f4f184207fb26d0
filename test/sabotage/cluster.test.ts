import assert from 'node:assert/strict';
import { test } from 'node:test';
import { burstAll, burstWidth } from '../cluster/bursts.ts';
import { Cluster } from '../cluster/cluster.ts';
import { contestsOf, judgeAll, newKeys, subjectsOf } from '../cluster/keys.ts';
import { killUnderLoad } from '../cluster/kills.ts';
import { PostgresShared } from '../cluster/postgres-shared.ts';
import type { Subject } from '../cluster/subject.ts';
import { Tally } from '../cluster/tally.ts';

/** What is asked of signers on one store is worth something if it finds stores that do not hold them together. */
const places = 15;
/** Somebody must be killed in the moment between; he is in two of five. */
const killsMax = 24;
const killsAtOnce = 4;
const store = new PostgresShared();

if (await store.start()) {
  test('a store that reads and then writes lets bursts have two winners', async () => {
    await onBroken('divided-postgres', async (cluster, subjects) => {
      const outcomes = await burstAll(cluster.channels, { subjects, places }, new Tally());
      assert.ok(outcomes.some(({ winners }) => winners > 1));
    });
  });

  test('a store that answers before it has committed is found when a signer dies', async () => {
    await onBroken('hasty-postgres', async (cluster, subjects) => {
      const contests = contestsOf(subjects, new Tally());
      for (let kills = 0; kills < killsMax && judgeAll(subjects).offences.length === 0; kills += killsAtOnce)
        await killUnderLoad(cluster, contests, killsAtOnce);
    });
  });

  test.after(async () => await store.stop());
}

type Trial = (cluster: Cluster, subjects: readonly Subject[]) => Promise<void>;

/** Runs it against signers into which a fault was loaded; the oracle must object. */
async function onBroken(fault: string, trial: Trial): Promise<void> {
  const keys = newKeys(2);
  const plant = new URL(`${fault}.js`, import.meta.url).href;
  const cluster = await Cluster.start({ store, keys, width: burstWidth, env: { NODE_OPTIONS: `--import=${plant}` } });
  try {
    const subjects = await subjectsOf(cluster, keys);
    await trial(cluster, subjects);
    assert.match(judgeAll(subjects).offences.join('\n'), /signed two|surrounds|for two messages/u);
  } finally {
    await cluster.stop();
  }
}
