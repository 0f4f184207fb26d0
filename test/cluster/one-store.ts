import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { note } from '../not-run.ts';
import { burstAll, burstWidth } from './bursts.ts';
import { Cluster, clusterSize } from './cluster.ts';
import { contestsOf, judgeAll, newKeys, subjectsOf } from './keys.ts';
import { killUnderLoad } from './kills.ts';
import { reportSuite } from '../suites.ts';
import type { SharedStore } from './shared-store.ts';
import type { Subject } from './subject.ts';
import { Tally } from './tally.ts';

/** `full` is what a release is held to; otherwise it is what a check has time for. */
const isFull = process.env['TIDEMARK_CLUSTER'] === 'full';
const { places, kills } = isFull ? { places: 1000, kills: 200 } : { places: 30, kills: 10 };
/** Then the oracle looks, so that a run that is broken off has said something. */
const killsAtOnce = 10;

/** What several signers on a store must never do, whatever is asked of them and whoever dies. */
export async function onOneStore(store: SharedStore): Promise<void> {
  if (!(await store.start())) return;
  reportSuite('cluster', store.name);
  // A key is in one of the tests only: what it signs there is all that it ever signed.
  const [burstKeys, killKeys] = [newKeys(3), newKeys(2)];

  describe(`${clusterSize} signers on one ${store.title} store`, () => {
    let cluster: Cluster;
    before(async () => {
      const keys = {
        ethereum: [...burstKeys.ethereum, ...killKeys.ethereum],
        tezos: [...burstKeys.tezos, ...killKeys.tezos],
      };
      cluster = await Cluster.start({ store, keys, width: burstWidth });
    });
    after(async () => {
      await cluster.stop();
      await store.stop();
    });

    test(`of ${places} bursts of ${burstWidth} conflicting requests each has one winner`, async () => {
      const subjects = await subjectsOf(cluster, burstKeys);
      const tally = new Tally();
      const outcomes = await burstAll(cluster.channels, { subjects, places }, tally);
      const ran = String(tally);
      for (const [index, { winners, signatures, what }] of outcomes.entries())
        assert.deepEqual([winners, signatures], [1, 1], `burst ${index}, ${what}`);
      assert.deepEqual(tally.unexpected, []);
      const again = outcomes.reduce((sum, { askedAgain }) => sum + askedAgain, 0);
      assert.equal(tally.requests, places * burstWidth + again);
      assert.equal(new Set(outcomes.flatMap(({ signers }) => [...signers])).size, clusterSize, 'each won now and then');
      assertJudged(`${store.title}: ${places} bursts, ${ran}`, subjects);
    });

    test(`${kills} kill -9 of any of them: nothing leaves that a chain punishes`, async () => {
      const subjects = await subjectsOf(cluster, killKeys);
      const tally = new Tally();
      const contests = contestsOf(subjects, tally);
      for (let done = 0; done < kills; done += killsAtOnce) {
        await killUnderLoad(cluster, contests, killsAtOnce);
        const ran = String(tally);
        assert.deepEqual(tally.unexpected, []);
        assertJudged(`${store.title}: ${done + killsAtOnce} kills, ${ran}`, subjects);
      }
      for (const contest of contests) assert.ok(await contest.proceeds(cluster.channels), 'all of them go on');
      assert.ok(tally.count('no answer') + tally.count('cut off') > 0, 'some were killed at work');
    });
  });
}

function assertJudged(what: string, subjects: readonly Subject[]): void {
  const { offences, signatures, verified, refusals } = judgeAll(subjects);
  assert.deepEqual(offences, []);
  assert.ok(verified > 0 && refusals > 0, `${verified} verified, ${refusals} refusals`);
  note(`${what}; the oracle verified ${verified} of ${signatures} signatures (the others are the same again)`);
}
