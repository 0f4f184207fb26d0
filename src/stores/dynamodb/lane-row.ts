import type { Duty, Lane } from '../../protection/lane.ts';
import { type Item, stringIn } from './item.ts';
import { corruptRow, type RowKey } from './row.ts';
import { stopKey } from './stop-record.ts';

/**
 * The other names under which Signatory's rows of a duty may stand. A baker may sign one attestation at a position,
 * with DAL content or without: its two records are one lane. The names of before the protocol renamed them count too.
 */
const otherNames: Readonly<Record<Duty, readonly string[]>> = {
  block: [],
  preattestation: ['preendorsement'],
  attestation: ['attestation_with_dal', 'endorsement'],
};

/** The row that Signatory writes beside `attestation`. */
export const withDal = 'attestation_with_dal';

const tezosIdx = /^(Net[0-9A-Za-z]+)\/(tz[0-9A-Za-z]+)$/u;
const ethereumIdx = /^(0x[0-9a-f]{64})\/(0x[0-9a-f]{96})$/u;

/** A row and the lane that it counts for. */
export interface LaneRow {
  readonly key: RowKey;
  readonly lane: Lane;
}

export function otherKeys({ chain, network, key, duty }: Lane): readonly RowKey[] {
  if (chain !== 'tezos') return [];
  return otherNames[duty].map((request) => ({ idx: `${network}/${key}`, request }));
}

/** Null for the row of the stop lines. @throws Fault `store_corrupt` for a row that is no lane's */
export function laneRowOf(item: Item): LaneRow | null {
  const idx = stringIn(item['idx']) ?? '';
  const request = stringIn(item['request']) ?? '';
  if (idx === stopKey.idx) return null;
  const lane = laneNamed(idx, request);
  if (lane === null) throw corruptRow(`the table has a row that is no mark (${idx}, ${request})`);
  return { key: { idx, request }, lane };
}

function laneNamed(idx: string, request: string): Lane | null {
  const tezos = tezosIdx.exec(idx);
  const [, network, key] = tezos ?? ethereumIdx.exec(idx) ?? [];
  const duty = tezos === null ? ethereumDuty(request) : tezosDuty(request);
  if (network === undefined || key === undefined || duty === null) return null;
  return { chain: tezos === null ? 'ethereum' : 'tezos', network, key, duty };
}

function ethereumDuty(request: string): Duty | null {
  return request === 'block' || request === 'attestation' ? request : null;
}

function tezosDuty(request: string): Duty | null {
  const duties = ['block', 'preattestation', 'attestation'] as const;
  return duties.find((duty) => duty === request || otherNames[duty].includes(request)) ?? null;
}
