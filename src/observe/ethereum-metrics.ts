import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { addReadGauge } from './read-gauge.ts';

/** From a quarter of a millisecond, which is less than a signature takes, to half a minute. */
const secondBuckets = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What gauges are read from when the page is asked for. */
export interface EthereumGauges {
  /** How many signatures wait or are being made, by priority. */
  queued(): Readonly<Record<string, number>>;
  /** How many may wait in all. */
  readonly queueMax: number;
  /** Ethereum keys that can sign now. */
  keys(): number;
  healthy(): boolean;
}

/**
 * The metric families of the Ethereum side, under Containment Chamber's names where it has one (chamber.md §16). Label
 * values are bounded: types of request, codes of faults, priorities.
 */
export class EthereumMetrics {
  /** Every request to sign, by type (empty where the body does not tell) and by what came of it. */
  readonly requests: Counter;
  readonly duration: Histogram;
  readonly rejections: Counter;
  readonly repeats: Counter;
  readonly keyFailures: Counter;
  readonly keyLoading: Gauge;

  constructor(registry: Registry, gauges: EthereumGauges) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'containment_signing_requests_total',
      help: 'Requests to sign, by type and by what came of them: signed, refused, unknown_key, or the code of an error.',
      labelNames: ['operation', 'status'],
      registers,
    });
    this.duration = new Histogram({
      name: 'containment_signing_duration_seconds',
      help: 'Time from a request’s last byte to its signature, recording included.',
      labelNames: ['operation'],
      buckets: secondBuckets,
      registers,
    });
    this.rejections = new Counter({
      name: 'containment_slashing_rejections_total',
      help: 'Requests that conflict with what was signed before, by reason; never a store that could not tell.',
      labelNames: ['operation', 'reason'],
      registers,
    });
    this.repeats = new Counter({
      name: 'tidemark_signing_repeats_total',
      help: 'The same signing root signed again at the same position.',
      labelNames: ['operation'],
      registers,
    });
    this.keyFailures = new Counter({
      name: 'containment_key_load_failures_total',
      help: 'Files and entries that hold no key that could be loaded; the log names each.',
      labelNames: ['source'],
      registers,
    });
    this.keyLoading = new Gauge({
      name: 'containment_key_loading_duration_seconds',
      help: 'How long the last loading of keys took.',
      labelNames: ['source'],
      registers,
    });
    addGauges(registry, gauges);
  }

  /** Counts from zero what can be expected, so that the first event already shows as an increase. */
  prime(types: readonly string[]): void {
    for (const operation of types) this.requests.inc({ operation, status: 'signed' }, 0);
    for (const operation of ['BLOCK_V2', 'ATTESTATION']) this.requests.inc({ operation, status: 'refused' }, 0);
    this.keyFailures.inc({ source: 'filesystem' }, 0);
  }
}

function addGauges(registry: Registry, gauges: EthereumGauges): void {
  const queue = {
    name: 'tidemark_signing_queue_depth',
    help: 'Signatures that wait or are being made, by priority.',
    label: 'priority',
  };
  addReadGauge(registry, queue, () => gauges.queued());
  const limit = { name: 'containment_signing_concurrency_limit', help: 'How many signatures may wait in all.' };
  addReadGauge(registry, limit, () => gauges.queueMax);
  const room = { name: 'containment_signing_semaphore_available', help: 'How many more signatures may wait.' };
  addReadGauge(registry, room, () => Math.max(0, gauges.queueMax - sum(Object.values(gauges.queued()))));
  const healthy = { name: 'containment_healthy', help: '1 when a request can be signed now, as far as is known.' };
  addReadGauge(registry, healthy, () => Number(gauges.healthy()));
  const keys = { name: 'containment_keys_active', help: 'Ethereum keys that can sign now.', label: 'source' };
  addReadGauge(registry, keys, () => ({ filesystem: gauges.keys() }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
