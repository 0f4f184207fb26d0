import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumLane, mark } from '../../../test/contract/samples.ts';
import { RelayStore } from '../../../test/doubles/relay-store.ts';
import type { LaneRecord } from '../../protection/store.ts';
import { MemoryStore } from '../../stores/memory/memory-store.ts';
import { MarkExport } from './export-marks.ts';

interface Told {
  readonly pubkey: string;
  readonly signed_blocks: readonly { readonly slot: string }[];
  readonly signed_attestations: readonly { readonly target_epoch: string }[];
}

async function told(store: RelayStore): Promise<readonly Told[]> {
  let text = '';
  const { network } = ethereumLane(1);
  for await (const piece of new MarkExport({ store, network, keys: null }).pieces()) text += piece;
  return (JSON.parse(text) as { data: readonly Told[] }).data;
}

/** Lists what it is told to, whatever is there. */
class Listing extends RelayStore {
  records: readonly LaneRecord[] = [];
  onRead: (() => Promise<void>) | null = null;

  override async *list(): AsyncIterable<LaneRecord> {
    yield* this.records;
  }

  override async read(...asked: Parameters<RelayStore['read']>): ReturnType<RelayStore['read']> {
    await this.onRead?.();
    return await super.read(...asked);
  }
}

async function listing(count: number): Promise<{ store: Listing; target: MemoryStore }> {
  const target = new MemoryStore();
  for (let key = 1; key <= count; key += 1) {
    await target.raise(ethereumLane(key), mark(9n));
    await target.raise(ethereumLane(key, 'block'), mark(300n));
  }
  return { store: new Listing(target), target };
}

async function recordsOf(target: MemoryStore): Promise<readonly LaneRecord[]> {
  const records: LaneRecord[] = [];
  for await (const record of target.list()) records.push(record);
  return records;
}

test('a store that lists the lanes of a key apart still tells each key once, with both', async () => {
  const { store, target } = await listing(200);
  const records = await recordsOf(target);
  const blocks = records.filter(({ lane }) => lane.duty === 'block');
  store.records = [...records.filter(({ lane }) => lane.duty !== 'block'), ...blocks];
  const data = await told(store);
  assert.equal(data.length, 200);
  for (const { signed_blocks: signed, signed_attestations: votes } of data) {
    assert.deepEqual([signed.length, votes.length], [1, 1]);
  }
});

test('a lane that comes into being while its key is listed is in the file', async () => {
  const { store, target } = await listing(1);
  const attestation = ethereumLane(2);
  // Its block is listed; the attestation was signed after the place where the list would have had it.
  await target.raise(ethereumLane(2, 'block'), mark(301n));
  const [, , block] = await recordsOf(target);
  assert.ok(block !== undefined);
  store.records = [block];
  let signed = false;
  store.onRead = async () => {
    if (!signed) await target.raise(attestation, mark(11n));
    signed = true;
  };
  const [only] = await told(store);
  assert.equal(only?.signed_attestations[0]?.target_epoch, '11');
  assert.equal(only.signed_blocks[0]?.slot, '301');
});

test('an export that the store breaks off ends with its fault, not with a whole file', async () => {
  const { store } = await listing(1);
  store.records = [{ lane: ethereumLane(1), mark: mark(9n), closed: false }];
  store.onRead = async () => {
    throw new Error('the disk is gone');
  };
  await assert.rejects(told(store), /the disk is gone/u);
});
