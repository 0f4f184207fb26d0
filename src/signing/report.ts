import { errorCode, type FaultCode, messageOf } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import type { Log, LogFields } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Mark } from '../protection/mark.ts';
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

  checked(facts: RequestFacts, check: Checked): void {
    const { log, metrics, backend, store } = this.#options;
    const { result, found, seconds } = check;
    const { key, requestKind: request_type } = facts;
    if (result !== 'free') store.answered();
    metrics.watermarkOperations.inc({ result: result === 'refused' ? 'rejected' : 'success', backend, request_type });
    if (result !== 'free') metrics.watermarkDuration.observe({ backend }, seconds);
    if (result === 'repeat') metrics.repeats.inc({ address: metrics.address(key), request_type });
    if (result === 'refused') this.#refused(facts, check);
    else if (log.writes('debug')) {
      const fields = { ...fieldsOf(facts), ...foundFields(found), raw: toHex(facts.message) };
      log.debug(checkedMessages[result], fields);
    }
  }

  unavailable(facts: RequestFacts, error: unknown): void {
    const { log, metrics, backend, store } = this.#options;
    const reason = errorCode(error);
    if (reason === 'beyond_future_bound') return this.#beyond(facts, error);
    store.silent(reason);
    metrics.vaultErrors.inc({ vault: facts.vault, code: '503', chain_id: metrics.chain(facts.chainId) });
    metrics.watermarkUnavailable.inc({ backend, reason });
    const fields = { ...fieldsOf(facts), reason, error: messageOf(error) };
    log.error('Not signed: the watermark store could not tell', fields);
  }

  signed(facts: RequestFacts, seconds: number): void {
    const { log, metrics, logPayloads } = this.#options;
    const address = metrics.address(facts.key);
    const chain = metrics.chain(facts.chainId);
    const labels = { address, vault: facts.vault, op: facts.requestKind, chain_id: chain };
    const kinds = facts.operations.length === 0 ? [facts.requestKind] : facts.operations;
    for (const kind of kinds) metrics.signingOps.inc({ ...labels, kind });
    metrics.vaultDuration.observe(labels, seconds * 1000);
    if (facts.next !== null) {
      const round = metrics.round(facts.next.round);
      metrics.consensusRounds.inc({ address, operation_type: facts.requestKind, chain_id: chain, round });
    }
    const raw = logPayloads.has(facts.key) ? { raw: toHex(facts.message) } : {};
    if (log.writes('info')) log.info(`Signed ${facts.requestKind} successfully`, { ...fieldsOf(facts), ...raw });
  }

  denied({ key, violation, message }: Denied): void {
    const { log, metrics } = this.#options;
    const labels = { address: metrics.address(key), operation_type: 'request' };
    if (violation !== null) metrics.policyViolations.inc({ ...labels, violation_type: violation });
    log.warn('Denied by policy', { pkh: key, reason: message });
  }

  failed(facts: RequestFacts, error: unknown): void {
    const { log, metrics } = this.#options;
    metrics.vaultErrors.inc({ vault: facts.vault, code: '500', chain_id: metrics.chain(facts.chainId) });
    log.error('Recorded, and then the key could not sign', { ...fieldsOf(facts), error: messageOf(error) });
  }

  /** The guard's own bound, not the store's silence. */
  #beyond(facts: RequestFacts, error: unknown): void {
    this.#options.log.warn('Refused: the level is too far ahead', { ...fieldsOf(facts), error: messageOf(error) });
  }

  #refused(facts: RequestFacts, { why, found }: Checked): void {
    const { log, metrics } = this.#options;
    const chain = metrics.chain(facts.chainId);
    metrics.watermarkRejections.inc({
      address: metrics.address(facts.key),
      operation_type: facts.requestKind,
      chain_id: chain,
      reason: why ?? '',
    });
    metrics.vaultErrors.inc({ vault: facts.vault, code: '409', chain_id: chain });
    log.warn('watermark validation failed', { ...fieldsOf(facts), reason: why, ...foundFields(found) });
  }
}

const checkedMessages = {
  advance: 'Watermark checked and updated',
  repeat: 'Watermark checked: the same bytes again',
  free: 'No watermark needed',
} as const;

function fieldsOf(facts: RequestFacts): LogFields {
  const consensus =
    facts.next === null ? {} : { chain_id: facts.chainId, lvl: facts.next.height, round: facts.next.round };
  const generic =
    facts.operations.length === 0 ? {} : { ops: [...new Set(facts.operations)], ops_total: facts.operations.length };
  return {
    pkh: facts.key,
    vault: facts.vault,
    request: facts.requestKind,
    ...consensus,
    ...generic,
    digest: facts.root,
  };
}

/** What the store held before: the other half of every question about a refusal. */
function foundFields(found: Mark | null): LogFields {
  if (found === null) return { stored_lvl: null };
  return { stored_lvl: found.height, stored_round: found.round, stored_digest: found.root };
}
