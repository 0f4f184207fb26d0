import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault, messageOf } from '../../src/base/fault.ts';
import type { FileStore } from '../../src/stores/file/file-store.ts';
import { ethereumLane, mark, tezosLane } from '../contract/samples.ts';
import { note } from '../not-run.ts';
import type { Call, Fate, Gate } from './simulated-disk.ts';
import type { SimulatedMachine } from './simulated-machine.ts';
import { newMachine, openOn, randomFrom, trace } from './trace.ts';
import { Witness } from './witness.ts';

const refusals = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EROFS', 'EACCES', 'EPERM'];
const errnos = [...refusals, 'EIO', 'ESTALE'];
const all = process.env['TIDEMARK_FAULTS'] === 'all';
const random = randomFrom(Number(process.env['TIDEMARK_SEED'] ?? '3076'));
const stillWorks = [ethereumLane(1), tezosLane('a')];

interface Plan {
  /** Which call fails, from 1. */
  readonly at: number;
  readonly errno: string;
  /** Does it fail after it had its effect? */
  readonly effect: boolean;
}

test('whichever system call fails, however it fails, nothing that was answered is lost or allowed twice', async () => {
  const calls = await callsOfTrace();
  let runs = 0;
  for (const errno of errnos) {
    for (let at = 1 + (all ? 0 : errnos.indexOf(errno)); at <= calls; at += all ? 1 : errnos.length) {
      for (const effect of [false, true]) {
        await runWith({ at, errno, effect }).catch((error: unknown) => {
          throw new Error(`call ${at}: ${errno} ${effect ? 'after' : 'without'} its effect: ${messageOf(error)}`, {
            cause: error,
          });
        });
        runs += 1;
      }
    }
  }
  note(`file store: ${runs} runs with one failing system call of ${calls}`);
});

async function callsOfTrace(): Promise<number> {
  let calls = 0;
  const count: Gate = async () => {
    calls += 1;
    return 'done';
  };
  const store = await openOn(newMachine(), { gate: count });
  for (const step of trace) await step(store, new Witness());
  return calls;
}

async function runWith(plan: Plan): Promise<void> {
  const machine = newMachine();
  const witness = new Witness();
  let calls = 0;
  let failed: Call | null = null;
  const gate: Gate = async (call): Promise<Fate> => {
    calls += 1;
    if (calls !== plan.at) return 'done';
    failed = call;
    return { errno: plan.errno, effect: plan.effect };
  };
  const store = await openOrFault(machine, gate);
  if (store !== null) {
    for (const step of trace) {
      const before: Call | null = failed;
      await step(store, witness);
      if (failed !== before) await checkAfterPowerCut(machine, witness);
    }
    await checkAlive(store, witness, { plan, failed });
  }
  await checkAfterwards(machine, witness);
}

/** Null for a start that failed, which it may not blame on damage. */
async function openOrFault(machine: SimulatedMachine, gate: Gate): Promise<FileStore | null> {
  try {
    return await openOn(machine, { gate });
  } catch (error) {
    assert(isFault(error, 'store_failed') || isFault(error, 'config_invalid'), String(error));
    return null;
  }
}

/** A store that was only refused something goes on; one that failed answers nothing any more. */
async function checkAlive(
  store: FileStore,
  witness: Witness,
  { plan, failed }: { plan: Plan; failed: Call | null },
): Promise<void> {
  for (const height of [20n, 21n]) {
    await Promise.all(stillWorks.map((lane) => witness.advance(store, lane, mark(height))));
  }
  try {
    await witness.check(store);
  } catch (error) {
    if (!isFault(error, 'store_failed')) throw error;
    const mayFail = plan.effect || !refusals.includes(plan.errno) || /sync|look/iu.test(failed?.name ?? '');
    assert(mayFail, `a refusal of ${failed?.name} (${failed?.path}) must not end the store`);
    assert.equal(await witness.advance(store, ethereumLane(1), mark(22n)), null, 'a store that failed stays so');
    return;
  }
  assert(!/sync/iu.test(failed?.name ?? ''), `a failed ${failed?.name} (${failed?.path}) ends the store`);
  const answers = await Promise.all(stillWorks.map((lane) => witness.advance(store, lane, mark(23n))));
  assert.deepEqual(answers, [true, true], 'a store that did not fail works');
}

/** The next process, and the one after a power cut, must both know what was answered. */
async function checkAfterwards(machine: SimulatedMachine, witness: Witness): Promise<void> {
  await checkAfterPowerCut(machine, witness);
  await witness.check(await openOn(machine));
  await witness.check(await openOn(machine.afterPowerCut(() => false)));
}

async function checkAfterPowerCut(machine: SimulatedMachine, witness: Witness): Promise<void> {
  for (const survives of [() => false, () => true, () => random() < 0.5]) {
    await witness.copy().check(await openOn(machine.afterPowerCut(survives)));
  }
}

test('a disk that is full for a while refuses, loses nothing, and goes on by itself', async () => {
  for (let full = 0; full < trace.length; full += 1) {
    const machine = newMachine();
    const witness = new Witness();
    let refuses = false;
    const gate: Gate = async ({ name }) => {
      const grows = name === 'write' || name === 'open create' || name === 'makeFolder';
      return refuses && grows ? { errno: 'ENOSPC', effect: false } : 'done';
    };
    const store = await openOn(machine, { gate });
    for (const [index, step] of trace.entries()) {
      refuses = index >= full && index < full + 3;
      await step(store, witness);
      await witness.check(store);
      if (!refuses)
        for (const lane of stillWorks)
          assert.equal(await witness.advance(store, lane, mark(BigInt(100 + index))), true);
    }
    await checkAfterwards(machine, witness);
  }
});
