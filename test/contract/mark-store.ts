import { describe, test } from 'node:test';
import { messageOf } from '../../src/base/fault.ts';
import type { Bench, ContractCase, MakeGuard, OpenStore } from './contract-case.ts';
import { Guard } from '../../src/protection/guard.ts';
import { guardCases } from './guard-cases.ts';
import { historyCases } from './history-cases.ts';
import { lifeCases } from './life-cases.ts';
import { raceCases } from './race-cases.ts';
import { stopCases } from './stop-cases.ts';
import { reportSuite } from '../suites.ts';

/** All that a mark store promises: `src/protection/store.ts` in words, this in questions. */
const contract: readonly ContractCase[] = [...lifeCases, ...historyCases, ...raceCases, ...stopCases, ...guardCases];

export interface ContractOptions {
  /** How many random histories are played, 40 unless said otherwise. */
  readonly histories?: number;
  readonly makeGuard?: MakeGuard;
  /** See `Bench.stopsInStore`; not so unless said. */
  readonly stopsInStore?: boolean;
  /** Ask for promises that begin like this alone: for a store on which all of them take long. */
  readonly only?: string;
}

/** Registers the contract with the test runner: every store calls this once. */
export function markStoreContract(name: string, open: OpenStore, options: ContractOptions = {}): void {
  const bench = benchOf(open, options, true);
  describe(`mark store contract: ${name}`, () => {
    reportSuite('contract', name);
    for (const one of contract) test(one.name, () => one.run(bench));
  });
}

/** The promises that a store breaks, each with what was seen: for `test/sabotage/`, which breaks stores on purpose. */
export async function contractFailures(open: OpenStore, options: ContractOptions = {}): Promise<readonly string[]> {
  const bench = benchOf(open, options, false);
  const failures: string[] = [];
  for (const one of contract.filter(({ name }) => name.startsWith(options.only ?? ''))) {
    await one.run(bench).catch((error: unknown) => failures.push(`${one.name}: ${messageOf(error)}`));
  }
  return failures;
}

/** The seed is fixed so that a check gives the same answer twice; `TIDEMARK_SEED` looks elsewhere. */
function benchOf(open: OpenStore, options: ContractOptions, shrinks: boolean): Bench {
  const { histories = 40, makeGuard = realGuard, stopsInStore = false } = options;
  return { open, histories, makeGuard, stopsInStore, shrinks, seed: Number(process.env['TIDEMARK_SEED'] ?? '3076') };
}

const realGuard: MakeGuard = (options) => new Guard(options);
