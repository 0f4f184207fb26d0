import { Counter, type Registry, Summary } from 'prom-client';
import { addReadGauge } from './read-gauge.ts';

/**
 * Web3Signer's names (ethereum.md §5.1), so that its dashboards and alerts go on working; served besides our own when
 * `metrics.web3signer_names` is set.
 */
export class Web3SignerMetrics {
  readonly signingDuration: Summary;
  readonly missingIdentifier: Counter;
  readonly malformedRequests: Counter;
  readonly permitted: Counter;
  readonly prevented: Counter;
  readonly databaseDuration: Summary;

  /** @param keys how many Ethereum keys can sign now */
  constructor(registry: Registry, keys: () => number) {
    const registers = [registry];
    const counter = (name: string, help: string) => new Counter({ name, help, registers });
    this.signingDuration = new Summary({
      name: 'signing_bls_signing_duration',
      help: 'Time of a request to sign, in seconds.',
      registers,
    });
    this.missingIdentifier = counter(
      'signing_bls_missing_identifier_count_total',
      'Requests for a key that is not loaded.',
    );
    this.malformedRequests = counter(
      'http_bls_malformed_request_count_total',
      'Requests that could not be understood.',
    );
    this.permitted = counter('eth2_slashingprotection_permitted_signings_total', 'Blocks and attestations recorded.');
    this.prevented = counter('eth2_slashingprotection_prevented_signings_total', 'Blocks and attestations refused.');
    this.databaseDuration = new Summary({
      name: 'eth2_slashingprotection_database_duration',
      help: 'Time until the durable answer of the store, in seconds.',
      labelNames: ['signingOperation'],
      registers,
    });
    addReadGauge(registry, { name: 'signing_signers_loaded_count', help: 'Ethereum keys that can sign now.' }, keys);
  }
}
