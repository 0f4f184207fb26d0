import { isDeepStrictEqual } from 'node:util';
import type { Lane } from '../../protection/lane.ts';
import { type Mark, merge } from '../../protection/mark.ts';
import type { Entry } from './cell.ts';
import type { ChainContent } from './chain-file.ts';
import type { Journal } from './journal.ts';
import { isLane, listedChain } from './subject.ts';
import type { Watermarks } from './watermarks.ts';

/**
 * Tezos marks stand in the watermark files and in the journal, and at the start the two may differ: Signatory may have
 * gone on with the files, a crash may have come between, a file may be damaged in a way that no reader can see. In
 * every case the higher holds.
 */

/** What the watermark files know and the journal does not. */
export function* entriesMissing(journal: Journal, contents: ReadonlyMap<string, ChainContent>): Iterable<Entry> {
  const listed = new Set([...journal.tezosEntries()].map(({ subject }) => (isLane(subject) ? null : subject.network)));
  for (const [network, { records }] of contents) {
    if (!listed.has(network)) yield { subject: listedChain(network), mark: null, closed: false };
    for (const [key, marks] of records) {
      for (const [duty, mark] of marks) {
        const subject: Lane = { chain: 'tezos', network, key, duty };
        const held = journal.read(subject);
        const highest = merged(held.mark, mark);
        if (!isDeepStrictEqual(highest, held.mark)) yield { subject, mark: highest, closed: held.closed };
      }
    }
  }
}

/** What the journal knows and the watermark files do not. */
export function* marksBehind(journal: Journal, watermarks: Watermarks): Iterable<{ lane: Lane; mark: Mark }> {
  for (const { subject: lane, mark } of journal.tezosEntries()) {
    if (!isLane(lane) || mark === null) continue;
    const held = watermarks.read(lane).mark;
    if (!isDeepStrictEqual(merged(held, mark), held)) yield { lane, mark };
  }
}

function merged(held: Mark | null, mark: Mark): Mark {
  return held === null ? mark : merge(held, mark);
}
