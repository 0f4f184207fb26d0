import { errorCode, messageOf } from '../base/fault.ts';
import type { EthereumMetrics } from '../observe/ethereum-metrics.ts';
import type { Log, LogFields } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Web3SignerMetrics } from '../observe/web3signer-metrics.ts';
import type { Mark } from '../protection/mark.ts';
import type { Answered, Checked, EthereumObserver, RequestFacts } from './observer.ts';
import type { StoreWatch } from './report.ts';

export interface EthereumReportOptions {
  readonly log: Log;
  /** Store latency and silences are the same families for both chains: their label names the store. */
  readonly metrics: Metrics;
  readonly ethereum: EthereumMetrics;
  /** Null when nobody asked for Web3Signer's names. */
  readonly web3signer: Web3SignerMetrics | null;
  /** The store's name in metrics. */
  readonly backend: string;
  readonly store: StoreWatch;
}

/**
 * The log and the metrics of Ethereum requests. A signature is a line at debug: ten thousand keys sign hundreds a
 * second. A refusal, and a store that could not tell, are lines that somebody should read.
 */
export class EthereumReport implements EthereumObserver {
  readonly #options: EthereumReportOptions;

  constructor(options: EthereumReportOptions) {
    this.#options = options;
  }

  answered({ type, result, seconds }: Answered): void {
    const { ethereum, web3signer } = this.#options;
    const operation = type ?? '';
    ethereum.requests.inc({ operation, status: result });
    if (result === 'signed') ethereum.duration.observe({ operation }, seconds);
    if (web3signer === null) return;
    web3signer.signingDuration.observe(seconds);
    if (result === 'unknown_key') web3signer.missingIdentifier.inc();
    if (type === null) web3signer.malformedRequests.inc();
  }

  checked(facts: RequestFacts, check: Checked): void {
    const { result, seconds } = check;
    if (result === 'free') return;
    const { metrics, ethereum, web3signer, backend, store } = this.#options;
    store.answered();
    metrics.watermarkDuration.observe({ backend }, seconds);
    if (result === 'repeat') ethereum.repeats.inc({ operation: facts.requestKind });
    if (result === 'refused') this.#refused(facts, check);
    if (web3signer === null) return;
    web3signer.databaseDuration.observe({ signingOperation: dutyOf(facts) }, seconds);
    if (result === 'refused') web3signer.prevented.inc();
    else web3signer.permitted.inc();
  }

  unavailable(facts: RequestFacts, error: unknown): void {
    const { log, metrics, backend, store } = this.#options;
    const reason = errorCode(error);
    store.silent(reason);
    metrics.watermarkUnavailable.inc({ backend, reason });
    const fields = { ...fieldsOf(facts), reason, error: messageOf(error) };
    log.error('Not signed: the anti-slashing store could not tell', fields);
  }

  signed(facts: RequestFacts, seconds: number): void {
    const { log } = this.#options;
    if (log.writes('debug')) log.debug('Signed', { ...fieldsOf(facts), seconds });
  }

  denied(): void {
    // Ethereum keys have no policies that could deny: whoever reaches the port may ask.
  }

  failed(facts: RequestFacts, error: unknown): void {
    const fields = { ...fieldsOf(facts), error: messageOf(error) };
    this.#options.log.error('Recorded, and then the key could not sign', fields);
  }

  #refused(facts: RequestFacts, { why, found }: Checked): void {
    const { log, ethereum } = this.#options;
    ethereum.rejections.inc({ operation: facts.requestKind, reason: why ?? '' });
    const stored = found === null ? {} : positionOf(facts, found, 'stored_');
    log.warn('Refused: it conflicts with what was signed before', { ...fieldsOf(facts), reason: why, ...stored });
  }
}

function dutyOf({ requestKind }: RequestFacts): 'attestation' | 'block' {
  return requestKind === 'ATTESTATION' ? 'attestation' : 'block';
}

function fieldsOf(facts: RequestFacts): LogFields {
  const { key, vault, requestKind, chainId, next, root } = facts;
  const position = next === null ? {} : positionOf(facts, next, '');
  return { pubkey: key, source: vault, type: requestKind, network: chainId, ...position, signing_root: root };
}

/** A mark in the words of its duty. */
function positionOf(facts: RequestFacts, mark: Mark, prefix: string): LogFields {
  const root = prefix === '' ? {} : { [`${prefix}signing_root`]: mark.root };
  if (dutyOf(facts) === 'block') return { [`${prefix}slot`]: mark.height, ...root };
  return { [`${prefix}source`]: mark.floor, [`${prefix}target`]: mark.height, ...root };
}
