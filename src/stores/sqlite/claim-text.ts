import { assert } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Mark, RefusalReason, Verdict } from '../../protection/mark.ts';
import type { Claim } from '../../protection/store.ts';

/**
 * Claims and verdicts on their way between the threads, as one text for each call. To copy the objects themselves costs
 * more time than SQLite takes to record what they say (bench/sqlite-store.ts). Words are separated by spaces and claims
 * by line feeds: names and roots are letters and digits, which the store checks before it lets anything come this far.
 */
export function claimsText(claims: readonly Claim[]): string {
  return claims.map(claimText).join('\n');
}

export function parseClaims(text: string): readonly Claim[] {
  return text === '' ? [] : text.split('\n').map(parseClaim);
}

export function verdictsText(verdicts: readonly Verdict[]): string {
  return verdicts.map(verdictText).join('\n');
}

export function parseVerdicts(text: string): readonly Verdict[] {
  return text === '' ? [] : text.split('\n').map(parseVerdict);
}

function claimText({ lane, next }: Claim): string {
  return `${lane.chain} ${lane.network} ${lane.key} ${lane.duty} ${markText(next)}`;
}

function parseClaim(line: string): Claim {
  const [chain = '', network = '', key = '', duty = '', ...mark] = line.split(' ');
  return { lane: { chain: chainOf(chain), network, key, duty: dutyOf(duty) }, next: parseMark(mark) };
}

/** The reason of a refusal, or the kind; then what was found, if anything was. */
function verdictText(verdict: Verdict): string {
  const word = verdict.kind === 'refused' ? verdict.why : verdict.kind;
  return verdict.found === null ? word : `${word} ${markText(verdict.found)}`;
}

function parseVerdict(line: string): Verdict {
  const [word = '', ...rest] = line.split(' ');
  const found = rest.length === 0 ? null : parseMark(rest);
  if (word === 'advance') return { kind: 'advance', found };
  if (word !== 'repeat') return { kind: 'refused', why: reasonOf(word), found };
  assert(found !== null, 'a repeat has found what it repeats');
  return { kind: 'repeat', found };
}

function markText({ height, round, floor, root }: Mark): string {
  return `${height} ${round} ${floor} ${root ?? '-'}`;
}

function parseMark([height = '', round = '', floor = '', root = '']: readonly string[]): Mark {
  assert(root !== '', 'a mark has four words');
  return { height: BigInt(height), round: BigInt(round), floor: BigInt(floor), root: root === '-' ? null : root };
}

function chainOf(word: string): Lane['chain'] {
  assert(word === 'tezos' || word === 'ethereum', 'a chain is one of both');
  return word;
}

function dutyOf(word: string): Lane['duty'] {
  assert(word === 'block' || word === 'preattestation' || word === 'attestation', 'a duty is one of three');
  return word;
}

const reasons: ReadonlySet<string> = new Set<RefusalReason>([
  'double_vote',
  'surround',
  'below_mark',
  'source_after_target',
  'closed',
  'stopped',
]);

function isReason(word: string): word is RefusalReason {
  return reasons.has(word);
}

function reasonOf(word: string): RefusalReason {
  assert(isReason(word), 'a refusal has a reason');
  return word;
}
