import type { Choose } from './turns.ts';

/**
 * Runs `play` once for every list of choices that it can be given. Depth first: each run differs from the one before it
 * in the last choice that has another way left.
 *
 * @returns how many runs there were
 */
export async function explore(play: (choose: Choose) => Promise<void>): Promise<number> {
  let next: number[] | null = [];
  let runs = 0;
  while (next !== null) {
    const given: readonly number[] = next;
    const taken: { readonly choice: number; readonly end: number }[] = [];
    await play((end) => {
      const choice = given[taken.length] ?? 0;
      taken.push({ choice, end });
      return choice;
    });
    runs += 1;
    const last = taken.findLastIndex(({ choice, end }) => choice + 1 < end);
    next =
      last === -1 ? null : taken.slice(0, last + 1).map(({ choice }, index) => (index === last ? choice + 1 : choice));
  }
  return runs;
}
