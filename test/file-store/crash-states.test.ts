import assert from 'node:assert/strict';
import { test } from 'node:test';
import { note } from '../not-run.ts';
import type { Call, Gate, Pick } from './simulated-disk.ts';
import type { Choice, SimulatedMachine } from './simulated-machine.ts';
import { newMachine, openOn, randomFrom, trace } from './trace.ts';
import { Witness } from './witness.ts';

const all = process.env['TIDEMARK_CRASH_STATES'] === 'all';
/** Up to so many choices all outcomes are tried: 2 to the power of this. */
const exhaustiveChoices = all ? 10 : 3;
/** Beyond it: nothing survived, all did, and so many at random. */
const randomOutcomes = all ? 100 : 4;
/** About so many system calls has a first start: each may be the last one. */
const callsOfStart = 45;
/** How often the power is cut while the process after a killed one works. */
const cutsInNextLife = all ? 0.2 : 0.02;
const random = randomFrom(Number(process.env['TIDEMARK_SEED'] ?? '3076'));

/** Calls that wait are served in any order. */
const pick: Pick = (count) => Math.floor(random() * count);

test('after a power cut at any moment of the trace the store opens and has lost nothing it answered for', async () => {
  const { states, calls } = await cutPowerAtEachCall(newMachine());
  note(`file store: ${states} states after a power cut at ${calls} system calls`);
});

for (const lie of ['file', 'folder', 'data'] as const) {
  test(`a store that left out to sync would be found out (${lie})`, async () => {
    const machine = newMachine();
    machine.lies.add(lie);
    await assert.rejects(cutPowerAtEachCall(machine));
  });
}

async function cutPowerAtEachCall(machine: SimulatedMachine): Promise<{ states: number; calls: number }> {
  const witness = new Witness();
  let [states, calls] = [0, 0];
  const gate: Gate = async () => {
    calls += 1;
    states += await cutPower(machine, witness);
    return 'done';
  };
  const store = await openOn(machine, { gate, pick });
  for (const step of trace) await step(store, witness);
  states += await cutPower(machine, witness);
  await store.end();
  states += await cutPower(machine, witness);
  assert.equal(witness.acknowledgements, 10);
  return { states, calls };
}

test('a process that follows a killed one answers nothing that a power cut could take back', async () => {
  const { calls } = await live(() => false);
  let states = 0;
  let lives = 0;
  for (let killed = 1; killed <= calls; killed += all || killed < callsOfStart ? 1 : 3) {
    lives += 1;
    const { machine, witness, step } = await live((_, number) => number === killed);
    const gate: Gate = async () => {
      if (random() < cutsInNextLife) states += await cutPower(machine, witness);
      return 'done';
    };
    const store = await openOn(machine, { gate, pick });
    await witness.check(store);
    // What was in flight is asked again, as a baker does.
    for (const next of [step - 1, step, step + 1]) {
      await trace[next]?.(store, witness);
      states += await cutPower(machine, witness);
    }
  }
  note(`file store: killed at ${lives} of ${calls} system calls, then ${states} states after a power cut`);
});

test('a segment that a killed process had only just named may vanish under the next one', async () => {
  let segments = 0;
  const { machine, witness } = await live(({ name, path }) => {
    const over = segments === 3;
    if (name === 'rename' && path.endsWith('journal.new')) segments += 1;
    return over;
  });
  const gate: Gate = async () => {
    await cutPower(machine, witness, 6);
    return 'done';
  };
  await witness.check(await openOn(machine, { gate }));
});

interface Life {
  readonly machine: SimulatedMachine;
  readonly witness: Witness;
  readonly calls: number;
  /** The step that it was in. */
  readonly step: number;
}

/** One process that goes through the trace until it is killed, before the call for which `kills` says so. */
async function live(kills: (call: Call, number: number) => boolean): Promise<Life> {
  const machine = newMachine();
  const witness = new Witness();
  let [calls, step] = [0, 0];
  await new Promise<void>((resolve) => {
    let killed = false;
    const gate: Gate = async (call) => {
      calls += 1;
      killed ||= kills(call, calls);
      if (!killed) return 'done';
      resolve();
      return await new Promise(() => {});
    };
    void (async () => {
      const store = await openOn(machine, { gate, pick });
      for (; step < trace.length; step += 1) await trace[step]?.(store, witness);
      await store.end();
      resolve();
    })();
  });
  return { machine, witness, calls, step };
}

/** Cuts the power in every way that is possible now; each time the store must open and keep its word. */
async function cutPower(machine: SimulatedMachine, witness: Witness, exhaustive = exhaustiveChoices): Promise<number> {
  const known = witness.copy();
  const choices = choicesOf(machine.choices(), exhaustive);
  for (const choose of choices) {
    const store = await openOn(machine.afterPowerCut(choose));
    await known.check(store);
    await store.end();
  }
  return choices.length;
}

function choicesOf(count: number, exhaustive: number): readonly Choice[] {
  if (count > exhaustive)
    return [() => false, () => true, ...Array.from({ length: randomOutcomes }, () => () => random() < 0.5)];
  return Array.from({ length: 2 ** count }, (_, bits) => (choice: number) => ((bits >> choice) & 1) === 1);
}
