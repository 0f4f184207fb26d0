import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guard } from '../../src/protection/guard.ts';
import type { Lane } from '../../src/protection/lane.ts';
import type { Mark } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { withStore } from '../contract/contract-case.ts';
import { ethereumLane, intent, mark, root, tezosLane, uint64Max } from '../contract/samples.ts';
import { stores } from '../contract/stores.ts';
import { exported, imported, sorted } from './file-of.ts';

/** What one store signed, every other refuses to contradict once it has the first one's export. */

const deterministic = { deterministic: true };

interface Signed {
  readonly lane: Lane;
  readonly next: Mark;
}

const signed: readonly Signed[] = [
  { lane: ethereumLane(1), next: mark(9n, { floor: 8n }) },
  { lane: ethereumLane(1, 'block'), next: mark(300n, { root: root(0xbb) }) },
  { lane: ethereumLane(2, 'block'), next: mark(301n) },
  { lane: ethereumLane(3), next: mark(0n) },
  { lane: ethereumLane(4), next: mark(uint64Max, { floor: 2n ** 63n }) },
  // Of other chains and networks: none of the file's business.
  { lane: tezosLane('a'), next: mark(5n) },
  { lane: { ...ethereumLane(1), network: `0x${root(0x11)}` }, next: mark(70n, { floor: 69n }) },
];
const ours = signed.filter(({ lane }) => lane.network === ethereumLane(1).network);

for (const from of stores) {
  for (const to of stores) {
    test(`what was signed on ${from.name} is refused on ${to.name} after export and import`, async () => {
      const text = await withStored(from.open, async (store) => {
        await sign(store);
        return await exported(store);
      });
      await withStored(to.open, async (store) => {
        const summary = await imported(store, text);
        assert.deepEqual([summary.keys, summary.marks, summary.raised], [4, 5, 5]);
        assert.deepEqual(sorted(await exported(store)), sorted(text), 'the export of the import is equal');
        assert.equal((await imported(store, text)).raised, 0, 'again changes nothing');
        assert.deepEqual(sorted(await exported(store)), sorted(text));
        const guard = await Guard.open({ store, allowRepeat: true, heightJumpMax: null });
        for (const { lane, next } of ours) await checkConflicts(guard, lane, next);
        assert.equal((await store.read(tezosLane('a'))).mark, null);
      });
    });
  }
}

/** The memory store answers within one turn of the event loop, and would leave nobody else any. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function withStored<T>(open: (typeof stores)[number]['open'], use: (store: MarkStore) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await withStore(open, async ({ store }) => {
    result = await use(store);
  });
  return result as T;
}

async function sign(store: MarkStore): Promise<void> {
  const guard = await Guard.open({ store, allowRepeat: true, heightJumpMax: null });
  for (const { lane, next } of signed) {
    assert.equal((await guard.admit(intent(lane, next), deterministic)).kind, 'granted');
  }
}

/** The same again is granted; whatever contradicts it is refused; what is above it is granted. */
async function checkConflicts(guard: Guard, lane: Lane, next: Mark): Promise<void> {
  const kind = async (asked: Mark): Promise<string> => (await guard.admit(intent(lane, asked), deterministic)).kind;
  assert.equal(await kind(next), 'granted');
  assert.equal(await kind({ ...next, root: root(0xcc) }), 'refused');
  if (next.height > 0n) assert.equal(await kind({ ...next, height: next.height - 1n }), 'refused');
  if (next.height === uint64Max) return;
  if (next.floor > 0n) {
    assert.equal(await kind({ ...next, height: next.height + 1n, floor: next.floor - 1n }), 'refused', 'it surrounds');
  }
  assert.equal(await kind({ ...next, height: next.height + 1n, root: root(0xcc) }), 'granted');
}

for (const { name, open } of stores) {
  test(`${name}: keys are chosen, and one that never signed has an entry with empty lists`, async () => {
    await withStored(open, async (store) => {
      await sign(store);
      await store.close(ethereumLane(6));
      const never = ethereumLane(5).key;
      const { data } = sorted(await exported(store, [ethereumLane(2).key, never, never]));
      assert.deepEqual(data, [
        {
          pubkey: ethereumLane(2).key,
          signed_blocks: [{ slot: '301', signing_root: `0x${root(0xaa)}` }],
          signed_attestations: [],
        },
        { pubkey: never, signed_blocks: [], signed_attestations: [] },
      ]);
      const all = sorted(await exported(store));
      assert.deepEqual(all.data.at(-1), { pubkey: ethereumLane(6).key, signed_blocks: [], signed_attestations: [] });
    });
  });

  test(`row 154, ${name}: a mark that the import has told of is refused from then on, whatever is signed meanwhile`, async () => {
    await withStored(open, async (store) => {
      const guard = await Guard.open({ store, allowRepeat: true, heightJumpMax: null });
      const keys = Array.from({ length: 60 }, (_, index) => index + 1);
      for (const key of keys) await guard.admit(intent(ethereumLane(key), mark(10n)), deterministic);
      const told = new Set<string>();
      const late: string[] = [];
      const ending = new AbortController();
      const ask = async (key: number, height: bigint): Promise<void> => {
        const lane = ethereumLane(key);
        const wasTold = told.has(lane.key);
        const next = mark(height, { root: root(Number(height)) });
        const { kind } = await guard.admit(intent(lane, next), deterministic);
        if (wasTold && kind === 'granted') late.push(`${lane.key} ${height}`);
        await turn();
      };
      const signing = (async (): Promise<void> => {
        for (let height = 11n; !ending.signal.aborted; height = height < 99n ? height + 1n : 11n) {
          for (const key of keys) await ask(key, height);
        }
      })();
      const data = keys.map((key) => ({
        pubkey: ethereumLane(key).key,
        signed_blocks: [],
        signed_attestations: [{ source_epoch: '50', target_epoch: '100' }],
      }));
      const metadata = { interchange_format_version: '5', genesis_validators_root: ethereumLane(1).network };
      await imported(store, JSON.stringify({ metadata, data }), {
        together: 4,
        onEntry: async ({ key }) => {
          told.add(key);
          for (let turns = 0; turns < 8; turns += 1) await turn();
        },
      });
      ending.abort();
      await signing;
      assert.deepEqual(late, []);
      for (const key of keys) {
        const refused = await guard.admit(intent(ethereumLane(key), mark(100n, { floor: 50n })), deterministic);
        assert.equal(refused.kind, 'refused', 'and no lane is frozen');
        assert.equal(
          (await guard.admit(intent(ethereumLane(key), mark(101n, { floor: 50n })), deterministic)).kind,
          'granted',
        );
      }
    });
  });
}
