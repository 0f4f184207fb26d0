import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EthereumMetrics } from '../../src/observe/ethereum-metrics.ts';
import { Metrics } from '../../src/observe/metrics.ts';
import { Web3SignerMetrics } from '../../src/observe/web3signer-metrics.ts';
import { allPages, blocksOf, inlineCode, readPage, root } from './page.ts';

/** The pages name the metrics that there are, all of them, with their types and labels. */

interface Family {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const families = allFamilies();
const pages = ['docs/watermarks.md', 'docs/operations/monitoring.md'].map(readPage);
const tables = pages.flatMap(({ text }) => tableRows(text));

/**
 * Names that the pages speak of and that are no metric here: Signatory's own, fields of the log and of requests,
 * settings.
 */
const others =
  /^(?:watermark_io_|authentication_failure_total|signatory_|ops_total$|fork_info$|billing_mode$|re(?:load|fresh)_interval_seconds$)/u;

test('each metric has one row, with its type and its labels', () => {
  const ours = families.filter(({ name }) => !/^(?:process|nodejs)_/u.test(name));
  assert.deepEqual(tables.toSorted(byName), ours.toSorted(byName));
});

for (const page of allPages()) {
  test(`every metric that ${page.path} names exists`, () => {
    const queries = ['promql', 'sh'].flatMap((language) => blocksOf(page.text, language).map((block) => block.text));
    assert.deepEqual([...inlineCode(page.text), ...queries].flatMap(unknownMetrics), []);
  });
}

test('every metric and label of the alerts exists', () => {
  const rules = readFileSync(join(root, 'deploy/prometheus/tidemark.rules.yaml'), 'utf8');
  assert.deepEqual(unknownMetrics(rules), []);
  for (const [, name = '', selector = ''] of rules.matchAll(/\b([a-z_]+)\{([^}]*)\}/gu)) {
    const labels = families.find((family) => family.name === name)?.labels ?? ['job'];
    const used = [...selector.matchAll(/(\w+)=~?"/gu)].map(([, label]) => label);
    assert.deepEqual(
      used.filter((label) => !labels.includes(String(label))),
      [],
      name,
    );
  }
});

test('a metric that does not exist is found', () => {
  assert.deepEqual(unknownMetrics('rate(watermark_losses_total[5m])'), ['watermark_losses_total']);
  assert.deepEqual(unknownMetrics('rate(watermark_operation_duration_seconds_bucket[5m])'), []);
});

/** Those of both chains, with every switch on. */
function allFamilies(): readonly Family[] {
  const metrics = new Metrics([]);
  const nothing = { queued: () => ({}), queueMax: 0, keys: () => 0, healthy: () => true };
  assert.ok(new EthereumMetrics(metrics.registry, nothing) instanceof EthereumMetrics);
  assert.ok(new Web3SignerMetrics(metrics.registry, () => 0) instanceof Web3SignerMetrics);
  return familiesOf(metrics);
}

function familiesOf({ registry }: Metrics): readonly Family[] {
  return registry.getMetricsAsArray().map(({ name, type }) => {
    const metric = registry.getSingleMetric(name) as unknown as { labelNames: readonly string[] };
    return { name, type: String(type), labels: metric.labelNames };
  });
}

/** Rows of the form `metric` | type | `label`, `label`. */
function tableRows(text: string): readonly Family[] {
  const rows = text.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram|summary)[^|]* \|([^|]*)\|/gmu);
  return [...rows].map(([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/gu)].map(([, label = '']) => label),
  }));
}

function byName(a: Family, b: Family): number {
  return a.name.localeCompare(b.name);
}

function unknownMetrics(text: string): readonly string[] {
  const names = text.matchAll(/\b[a-z]+_[a-z_]*(?:total|seconds|milliseconds|bucket|count|sum|info|mode)\b/gu);
  return [...names].map(([name]) => name).filter((name) => !others.test(name) && !isKnown(name));
}

function isKnown(name: string): boolean {
  const whole = name.replace(/_(?:bucket|count|sum)$/u, '');
  return families.some((family) => family.name === name || family.name === whole);
}
