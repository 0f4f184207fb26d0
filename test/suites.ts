import { after } from 'node:test';
import { ran } from './not-run.ts';

/** What a store has to pass. */
export type StoreSuite = 'contract' | 'EIP-3076' | 'sabotage' | 'cluster';

/**
 * Which suites must have run, by store. Where `TIDEMARK_REQUIRE=all`, the check fails unless a test file has reported
 * each of them: one that was deleted, or left out, is noticed by its absence.
 */
const required: Readonly<Record<string, readonly StoreSuite[]>> = {
  memory: ['contract', 'EIP-3076', 'sabotage'],
  file: ['contract', 'EIP-3076', 'sabotage'],
  sqlite: ['contract', 'EIP-3076'],
  dynamodb: ['contract', 'EIP-3076', 'sabotage', 'cluster'],
  postgres: ['contract', 'EIP-3076', 'sabotage', 'cluster'],
  firestore: ['contract', 'EIP-3076', 'sabotage', 'cluster'],
};

/** Called where a suite registers its tests: reports that it ran once they have all ended. */
export function reportSuite(suite: StoreSuite, store: string): void {
  after(() => ran(textOf(suite, store)));
}

/** @returns the required suites that no test file reported */
export function missingSuites(reported: readonly string[]): string[] {
  const all = Object.entries(required).flatMap(([store, suites]) => suites.map((suite) => textOf(suite, store)));
  return all.filter((text) => !reported.includes(text));
}

function textOf(suite: StoreSuite, store: string): string {
  return `${suite} suite on the ${store} store`;
}
