import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';

/** The families that `signatory-watermarks.md` names, with their labels in its order. */
const promised: readonly [string, string, readonly string[]][] = [
  ['watermark_operations_total', 'counter', ['result', 'backend', 'request_type']],
  ['watermark_operation_duration_seconds', 'histogram', ['backend']],
  ['watermark_rejection_total', 'counter', ['address', 'operation_type', 'chain_id', 'reason']],
  ['watermark_file_operations_total', 'counter', ['operation', 'result']],
  ['watermark_file_latency_seconds', 'histogram', ['operation']],
];

for (const [name, type, labels] of promised) {
  test(`${name} is a ${type} with the labels of the page`, async () => {
    const metrics = new Metrics([]);
    const family = metrics.registry.getSingleMetric(name) as unknown as { labelNames: string[] };
    assert.deepEqual(family.labelNames, [...labels]);
    assert.match(await metrics.registry.metrics(), new RegExp(`# TYPE ${name} ${type}\n`, 'u'));
  });
}

test('addresses that nobody configured share one label value', () => {
  const metrics = new Metrics(['tz1known']);
  assert.equal(metrics.address('tz1known'), 'tz1known');
  assert.equal(metrics.address('tz1other'), 'unknown');
});

test('chain ids and rounds cannot grow the page without end', () => {
  const metrics = new Metrics([]);
  const chains = new Set(Array.from({ length: 1000 }, (_, index) => metrics.chain(`Net${index}`)));
  assert.equal(chains.size, 17);
  assert.equal(metrics.round(9n), '9');
  assert.equal(metrics.round(10n), '10+');
  assert.equal(metrics.round(2_147_483_647n), '10+');
});
