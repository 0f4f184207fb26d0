import type { Key, SigningWish } from '../keys/key.ts';
import type { Admission, Guard } from '../protection/guard.ts';
import type { Intent } from '../protection/intent.ts';
import type { Checked, RequestFacts, SigningObserver } from './observer.ts';

export interface RecorderParts {
  readonly guard: Guard;
  readonly observer: SigningObserver;
}

/** A request that passed every check which leaves no trace. */
export interface Recordable {
  readonly intent: Intent;
  readonly key: Key;
  readonly facts: RequestFacts;
  readonly wish: SigningWish;
}

export type Recorded =
  { readonly kind: 'signed'; readonly signature: Uint8Array } | Extract<Admission, { kind: 'refused' }>;

/** The part of the way that both chains share: room, record, signature. */
export class Recorder {
  readonly #parts: RecorderParts;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /**
   * Records durably, then signs: nothing is recorded while the key has no room, and once it is recorded the signature
   * is made and offered, even if the client has gone.
   *
   * @throws Fault `overloaded` with nothing recorded; of the store (503); `signature_invalid`, `internal` (500)
   */
  async sign({ intent, key, facts, wish }: Recordable): Promise<Recorded> {
    const { observer } = this.#parts;
    key.checkRoom(wish.priority);
    const started = performance.now();
    const admission = await this.#admit(intent, key, facts);
    if (admission.kind === 'refused') return admission;
    try {
      const signature = await key.sign(admission.permit, wish);
      observer.signed(facts, secondsSince(started));
      return { kind: 'signed', signature };
    } catch (error) {
      observer.failed(facts, error);
      throw error;
    }
  }

  async #admit(intent: Intent, key: Key, facts: RequestFacts): Promise<Admission> {
    const { guard, observer } = this.#parts;
    const started = performance.now();
    try {
      const admission = await guard.admit(intent, key);
      observer.checked(facts, checkedOf(admission, secondsSince(started)));
      return admission;
    } catch (error) {
      observer.unavailable(facts, error);
      throw error;
    }
  }
}

function checkedOf(admission: Admission, seconds: number): Checked {
  const { kind, found } = admission;
  if (kind === 'granted') return { result: admission.how, why: null, found, seconds };
  return { result: 'refused', why: admission.why, found, seconds };
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
