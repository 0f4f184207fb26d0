import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BoundedLabel } from './bounded-label.ts';

const chainsMax = 16;
const roundsApart = 10;

/** Doubling buckets: `count` of them from `first`. */
function doubling(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first * 2 ** index);
}

const millisecondBuckets = [1, 2, 5, 10, 100, 1000, 10_000, 100_000];

/**
 * Every metric family of the program, by the names, labels and values that `signatory-watermarks.md` and Signatory's
 * dashboards use. Label values are bounded: addresses are those configured, chain ids the first few seen.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #chains = new BoundedLabel(chainsMax);
  readonly #addresses: ReadonlySet<string>;

  /** @param addresses the keys that may appear in a label; any other becomes `unknown` */
  constructor(addresses: Iterable<string>) {
    this.#addresses = new Set(addresses);
    collectDefaultMetrics({ register: this.registry });
  }

  address(key: string): string {
    return this.#addresses.has(key) ? key : 'unknown';
  }

  /** A chain id as a label; empty for requests that carry none. */
  chain(chainId: string): string {
    return chainId === '' ? '' : this.#chains.of(chainId);
  }

  round(round: bigint): string {
    return round < BigInt(roundsApart) ? round.toString() : `${roundsApart}+`;
  }

  readonly watermarkOperations = this.#counter(
    'watermark_operations_total',
    'Watermark operations by what came of them; outcomes that nobody knows are in watermark_unavailable_total.',
    ['result', 'backend', 'request_type'],
  );
  readonly watermarkDuration = this.#histogram(
    'watermark_operation_duration_seconds',
    'Time from asking the watermark store until its durable answer.',
    ['backend'],
    doubling(0.00025, 12),
  );
  readonly watermarkRejections = this.#counter(
    'watermark_rejection_total',
    'Requests that conflict with what was signed before.',
    ['address', 'operation_type', 'chain_id', 'reason'],
  );
  readonly watermarkUnavailable = this.#counter(
    'watermark_unavailable_total',
    'Requests not signed because the store could not tell; never a known conflict.',
    ['backend', 'reason'],
  );
  readonly fileOperations = this.#counter(
    'watermark_file_operations_total',
    'File operations of the watermark store.',
    ['operation', 'result'],
  );
  readonly fileLatency = this.#histogram(
    'watermark_file_latency_seconds',
    'Time of the watermark store’s file operations.',
    ['operation'],
    doubling(0.0001, 14),
  );
  readonly dynamodbOperations = this.#counter(
    'watermark_aws_dynamodb_operations_total',
    'Requests to DynamoDB; a failed condition counts as an error.',
    ['operation', 'table_name', 'result'],
  );
  readonly dynamodbLatency = this.#histogram(
    'watermark_aws_dynamodb_latency_seconds',
    'Time of the requests to DynamoDB.',
    ['operation', 'table_name'],
    doubling(0.0005, 14),
  );
  readonly dynamodbErrors = this.#counter(
    'watermark_aws_dynamodb_errors_total',
    'Requests to DynamoDB that were not done, by the code of AWS.',
    ['error_type', 'table_name', 'operation'],
  );
  readonly signingOps = this.#counter('signing_ops_total', 'Operations signed, by kind.', [
    'address',
    'vault',
    'op',
    'kind',
    'chain_id',
  ]);
  readonly vaultDuration = this.#histogram(
    'vault_sign_request_duration_milliseconds',
    'Time a signature takes, recording included.',
    ['vault', 'address', 'op', 'chain_id'],
    millisecondBuckets,
  );
  readonly vaultErrors = this.#counter(
    'vault_sign_request_error_total',
    'Requests that reached a key and were not signed.',
    ['vault', 'code', 'chain_id'],
  );
  readonly handlerDuration = this.#histogram(
    'sign_handler_request_duration_milliseconds',
    'Time from a sign request’s arrival to its answer.',
    ['address', 'status'],
    millisecondBuckets,
  );
  readonly handlerRequests = this.#counter('sign_handler_requests_total', 'Sign requests by answer.', [
    'address',
    'status',
  ]);
  readonly consensusRounds = this.#counter('consensus_round_total', 'Consensus requests signed, by round.', [
    'address',
    'operation_type',
    'chain_id',
    'round',
  ]);
  readonly policyViolations = this.#counter('policy_violation_total', 'Requests that a key’s policy denied.', [
    'violation_type',
    'address',
    'operation_type',
  ]);
  readonly repeats = this.#counter('resigned_total', 'The same bytes signed again at the same position.', [
    'address',
    'request_type',
  ]);
  readonly responsesDropped = this.#counter(
    'response_dropped_total',
    'Answers whose client had gone; what was recorded stays recorded.',
    [],
  );
  readonly protection = this.#gauge(
    'protection_mode',
    '1 for each store in use; mode is durable, mem when marks are lost with the process, none when none are kept.',
    ['mode', 'backend'],
  );
  readonly keysLoaded = this.#gauge('keys_loaded', 'Keys that can sign now.', ['vault', 'curve']);
  readonly buildInfo = this.#gauge('tidemark_build_info', 'Always 1.', ['version', 'node']);

  /** Counts from zero what a store can answer, so that the first event already shows as an increase. */
  prime(backend: string, requestKinds: readonly string[]): void {
    for (const request_type of requestKinds) {
      for (const result of ['success', 'rejected']) this.watermarkOperations.inc({ result, backend, request_type }, 0);
    }
    for (const reason of ['store_unavailable', 'store_failed', 'store_corrupt', 'lane_frozen']) {
      this.watermarkUnavailable.inc({ backend, reason }, 0);
    }
    this.responsesDropped.inc(0);
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #histogram(name: string, help: string, labelNames: readonly string[], buckets: number[]): Histogram {
    return new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [this.registry] });
  }
}
