import { errorCode, type FaultCode, messageOf } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import type { Log, LogFields } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Checked, Denied, RequestFacts, SigningObserver } from './observer.ts';

export interface ReportOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** The store's name in metrics. */
  readonly backend: string;
  /** Keys whose policy asks for the request's bytes at info. */
  readonly logPayloads: ReadonlySet<string>;
  readonly store: StoreWatch;
}

/** Told whether the store answers: for health. */
export interface StoreWatch {
  answered(): void;
  silent(code: FaultCode): void;
}

/** Writes one line and the metrics of every request that reached a key. */
export class SigningReport implements SigningObserver {
  readonly #options: ReportOptions;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  checked(event: Checked): void {
    const { log, metrics, backend, store } = this.#options;
    if (event.result !== 'free') store.answered();
    const result = event.result === 'refused' ? 'rejected' : 'success';
    metrics.watermarkOperations.inc({ result, backend, request_type: event.requestKind });
    if (event.result !== 'free') metrics.watermarkDuration.observe({ backend }, event.seconds);
    if (event.result === 'repeat')
      metrics.repeats.inc({ address: metrics.address(event.key), request_type: event.requestKind });
    if (event.result === 'refused') this.#refused(event);
    else if (log.writes('debug'))
      log.debug(checkedMessages[event.result], {
        ...fieldsOf(event),
        ...foundFields(event),
        raw: toHex(event.message),
      });
  }

  unavailable(event: RequestFacts & { readonly error: unknown }): void {
    const { log, metrics, backend, store } = this.#options;
    const reason = errorCode(event.error);
    if (reason === 'beyond_future_bound') return this.#beyond(event);
    store.silent(reason);
    metrics.vaultErrors.inc({ vault: event.vault, code: '503', chain_id: metrics.chain(event.chainId) });
    metrics.watermarkUnavailable.inc({ backend, reason });
    log.error('Not signed: the watermark store could not tell', {
      ...fieldsOf(event),
      reason,
      error: messageOf(event.error),
    });
  }

  signed(event: RequestFacts & { readonly seconds: number }): void {
    const { log, metrics, logPayloads } = this.#options;
    const address = metrics.address(event.key);
    const chain = metrics.chain(event.chainId);
    const labels = { address, vault: event.vault, op: event.requestKind, chain_id: chain };
    const kinds = event.operations.length === 0 ? [event.requestKind] : event.operations;
    for (const kind of kinds) metrics.signingOps.inc({ ...labels, kind });
    metrics.vaultDuration.observe(labels, event.seconds * 1000);
    if (event.next !== null) {
      const round = metrics.round(event.next.round);
      metrics.consensusRounds.inc({ address, operation_type: event.requestKind, chain_id: chain, round });
    }
    const raw = logPayloads.has(event.key) ? { raw: toHex(event.message) } : {};
    if (log.writes('info')) log.info(`Signed ${event.requestKind} successfully`, { ...fieldsOf(event), ...raw });
  }

  denied({ key, violation, message }: Denied): void {
    const { log, metrics } = this.#options;
    const labels = { address: metrics.address(key), operation_type: 'request' };
    if (violation !== null) metrics.policyViolations.inc({ ...labels, violation_type: violation });
    log.warn('Denied by policy', { pkh: key, reason: message });
  }

  failed(event: RequestFacts & { readonly error: unknown }): void {
    const { log, metrics } = this.#options;
    metrics.vaultErrors.inc({ vault: event.vault, code: '500', chain_id: metrics.chain(event.chainId) });
    log.error('Recorded, and then the key could not sign', { ...fieldsOf(event), error: messageOf(event.error) });
  }

  /** The guard's own bound, not the store's silence. */
  #beyond(event: RequestFacts & { readonly error: unknown }): void {
    this.#options.log.warn('Refused: the level is too far ahead', {
      ...fieldsOf(event),
      error: messageOf(event.error),
    });
  }

  #refused(event: Checked): void {
    const { log, metrics } = this.#options;
    const chain = metrics.chain(event.chainId);
    metrics.watermarkRejections.inc({
      address: metrics.address(event.key),
      operation_type: event.requestKind,
      chain_id: chain,
      reason: event.why ?? '',
    });
    metrics.vaultErrors.inc({ vault: event.vault, code: '409', chain_id: chain });
    log.warn('watermark validation failed', { ...fieldsOf(event), reason: event.why, ...foundFields(event) });
  }
}

const checkedMessages = {
  advance: 'Watermark checked and updated',
  repeat: 'Watermark checked: the same bytes again',
  free: 'No watermark needed',
} as const;

function fieldsOf(event: RequestFacts): LogFields {
  const consensus =
    event.next === null ? {} : { chain_id: event.chainId, lvl: event.next.height, round: event.next.round };
  const generic =
    event.operations.length === 0 ? {} : { ops: [...new Set(event.operations)], ops_total: event.operations.length };
  return {
    pkh: event.key,
    vault: event.vault,
    request: event.requestKind,
    ...consensus,
    ...generic,
    digest: event.root,
  };
}

/** What the store held before: the other half of every question about a refusal. */
function foundFields({ found }: Checked): LogFields {
  if (found === null) return { stored_lvl: null };
  return { stored_lvl: found.height, stored_round: found.round, stored_digest: found.root };
}
