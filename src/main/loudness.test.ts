import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RelayStore } from '../../test/doubles/relay-store.ts';
import { createLog } from '../observe/log.ts';
import { Metrics } from '../observe/metrics.ts';
import type { MarkStore } from '../protection/store.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';
import { NoopStore } from '../stores/noop/noop-store.ts';
import { type Loudness, warnAboutStore } from './loudness.ts';

interface Heard {
  readonly lines: readonly string[];
  readonly modes: string;
}

async function heard(store: MarkStore, door: Loudness['door'], minutes: number): Promise<Heard> {
  const lines: string[] = [];
  const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line) });
  const metrics = new Metrics([]);
  const end = warnAboutStore(store, { door, log, metrics });
  test.mock.timers.tick(minutes * 60_000);
  end();
  test.mock.timers.tick(60 * 60_000);
  const page = await metrics.registry.metrics();
  return {
    lines,
    modes: page
      .split('\n')
      .filter((line) => line.startsWith('protection_mode{'))
      .join('\n'),
  };
}

test.before(() => test.mock.timers.enable({ apis: ['setInterval'] }));
test.after(() => test.mock.timers.reset());

test('a store that keeps nothing is named at once and every ten minutes, until the end', async () => {
  for (const door of ['watermark', 'anti_slashing'] as const) {
    const { lines, modes } = await heard(new NoopStore(), door, 30);
    assert.equal(lines.length, 4);
    for (const line of lines) {
      assert.match(line, new RegExp(`NO PROTECTION: ${door}\\.(?:driver|backend) .*"?`, 'u'));
      assert.match(line, new RegExp(`"${door}":"ignore"`, 'u'));
      assert.match(line, /"level":"warn"/u);
    }
    assert.equal(modes, 'protection_mode{mode="none",backend="ignore"} 1');
  }
});

test('a store in memory is named as what it is, with its door', async () => {
  for (const [door, words] of [
    ['watermark', /NOT DURABLE: watermarks are kept in memory/u],
    ['anti_slashing', /NOT DURABLE: the marks of anti_slashing are kept in memory/u],
  ] as const) {
    const { lines, modes } = await heard(new MemoryStore(), door, 20);
    assert.equal(lines.length, 3);
    for (const line of lines) assert.match(line, words);
    assert.equal(modes, 'protection_mode{mode="mem",backend="mem"} 1');
  }
});

test('a durable store is named in the metric alone', async () => {
  class DurableStore extends RelayStore {
    override get durable(): boolean {
      return true;
    }
  }
  const { lines, modes } = await heard(new DurableStore(new MemoryStore()), 'watermark', 60);
  assert.deepEqual(lines, []);
  assert.equal(modes, 'protection_mode{mode="durable",backend="mem"} 1');
});
