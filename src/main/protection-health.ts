import type { FaultCode } from '../base/fault.ts';
import type { HealthCheck } from '../http/health.ts';
import type { MarkStore } from '../protection/store.ts';

/** A probe that keeps requests away must not keep the store from showing that it is back. */
const forgetSilenceMs = 10_000;

type Described = Pick<MarkStore, 'durable' | 'remembers' | 'backend'>;

/**
 * What health says of the store: down for good once it failed, down for a while after it could not answer. A single
 * lane that is frozen or damaged is no reason to take the other keys away.
 */
export class ProtectionHealth implements HealthCheck {
  readonly id: string;
  readonly text: string;
  readonly #nowMs: () => number;
  #silentUntilMs = Number.NEGATIVE_INFINITY;

  constructor(id: string, { durable, remembers, backend }: Described, nowMs: () => number) {
    this.id = id;
    const promise = durable ? 'durable' : remembers ? 'not durable' : 'unprotected';
    this.text = `${promise}, ${backend}`;
    this.#nowMs = nowMs;
  }

  get up(): boolean {
    return this.#nowMs() >= this.#silentUntilMs;
  }

  /** The store gave a verdict. One that failed gives none any more. */
  answered(): void {
    if (Number.isFinite(this.#silentUntilMs)) this.#silentUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** The store could not tell. */
  silent(code: FaultCode): void {
    if (code === 'store_failed') this.#silentUntilMs = Number.POSITIVE_INFINITY;
    if (code === 'store_unavailable')
      this.#silentUntilMs = Math.max(this.#silentUntilMs, this.#nowMs() + forgetSilenceMs);
  }
}
