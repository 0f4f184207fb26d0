import { isFault } from '../base/fault.ts';
import type { Bls, Claim } from './bls-claims.ts';
import { type CurveKey, checkFailed, checkMessage, type Scheme } from './curve-key.ts';
import type { Failure, KeyToLoad } from './curve-orders.ts';
import type { openCurveKey } from './open-curve-key.ts';
import { PointTable } from './point-table.ts';
import { keysMax, type SecretMemory } from './secret-memory.ts';

export interface HeldKeysParts {
  readonly secrets: SecretMemory;
  readonly open: typeof openCurveKey;
  readonly bls: Bls;
}

/** What is asked of a key. */
export interface SignTask {
  readonly key: number;
  readonly message: Uint8Array;
  readonly scheme: Scheme;
}

/** The signature, or the public key of a key that was loaded; or why there is none. */
export type Outcome = Done | Failed;
type Done = { readonly kind: 'done'; readonly bytes: Uint8Array };
type Failed = { readonly kind: 'failed' } & Pick<Failure, 'code' | 'text'>;

/** A key that made its first signature, which is not checked yet. */
export interface Prepared {
  readonly kind: 'prepared';
  readonly order: KeyToLoad;
  readonly publicKey: Uint8Array;
  /** To be checked; null on the other curves, whose signature is checked already. */
  readonly claim: Claim | null;
}

type Tried = Prepared | Failed;

/** How a key is held, in one byte each: 100,000 keys are nothing to look at. */
const absent = 0;
const blsOnLoad = 1;
const blsAlways = 2;
const otherCurve = 3;

/**
 * What one worker thread does: it holds keys, signs with them, and checks what it signed. Nothing here throws: what
 * goes wrong is the outcome, in words that hold nothing of a secret. Of a BLS key it keeps no more than it must, and
 * opens it for each signature.
 */
export class HeldKeys {
  readonly #parts: HeldKeysParts;
  readonly #held = new Uint8Array(keysMax);
  readonly #points = new PointTable();
  /** ECDSA keys, with a copy of the secret that noble reads. */
  readonly #others = new Map<number, { readonly curveKey: CurveKey; readonly secret: Uint8Array }>();

  constructor(parts: HeldKeysParts) {
    this.#parts = parts;
  }

  holds(key: number): boolean {
    return this.#held[key] !== absent;
  }

  /** Is this one of the signatures that are checked cheaper together? */
  checksTogether({ key, scheme }: SignTask): boolean {
    return this.#held[key] === blsAlways && scheme === 'standard';
  }

  /** Lets a key sign once. `accept` checks that signature, together with others; until then the key is not held. */
  prepare(order: KeyToLoad): Tried {
    return attempt('load', () => (order.curve === 'bls12_381' ? this.#prepareBls(order) : this.#loadOther(order)));
  }

  /** Holds those keys whose signatures verify. @returns for each its public key, or what is wrong with it */
  accept(prepared: readonly Prepared[]): Outcome[] {
    const claims = prepared.flatMap(({ claim }) => (claim === null ? [] : [claim]));
    const allTrue = this.#parts.bls.verifyAll(claims);
    return prepared.map(({ order, publicKey, claim }) => {
      if (claim === null) return done(publicKey);
      if (!allTrue && !this.#parts.bls.verifyAll([claim])) return failed('key_invalid', checkFailed().message);
      this.#held[order.key] = order.verify === 'always' ? blsAlways : blsOnLoad;
      if (order.verify === 'always') this.#points.set(order.key, claim.point);
      return done(publicKey);
    });
  }

  /** Signs, and checks together what can be checked together: no signature that fails is handed out. */
  sign(tasks: readonly SignTask[]): Outcome[] {
    const outcomes = tasks.map((task) => attempt('sign', () => this.#signOne(task)));
    const claims: (Claim | null)[] = tasks.map((task, index) => {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'done' || !this.checksTogether(task)) return null;
      return { point: this.#points.get(task.key), message: task.message, signature: outcome.bytes };
    });
    if (this.#parts.bls.verifyAll(claims.filter((claim) => claim !== null))) return outcomes;
    return outcomes.map((outcome, index) => {
      const claim = claims[index];
      if (claim === undefined || claim === null || this.#parts.bls.verifyAll([claim])) return outcome;
      return doesNotVerify();
    });
  }

  /** Wipes what noble reads. What the libraries made of it, in blst's heap and in V8's, nobody can wipe. */
  forget(key: number): void {
    this.#others.get(key)?.secret.fill(0);
    this.#others.delete(key);
    this.#held[key] = absent;
  }

  #signOne(task: SignTask): Outcome {
    const { key, message, scheme } = task;
    const { secrets, bls, open } = this.#parts;
    const other = this.#others.get(key)?.curveKey;
    // On the ECDSA curves the check is no choice: a signature with a fault in it can give the secret away.
    if (other !== undefined) return checked(other, task);
    if (!this.holds(key)) return failed('internal', 'a signing thread was asked for a key that it does not hold');
    return secrets.with(key, (secret) => {
      if (scheme === 'standard') return done(bls.sign(secret, message));
      const curveKey = open('bls12_381', secret);
      return this.#held[key] === blsAlways ? checked(curveKey, task) : done(curveKey.sign(message, scheme));
    });
  }

  #prepareBls(order: KeyToLoad): Prepared {
    const { secrets, bls } = this.#parts;
    return secrets.with(order.key, (secret) => {
      const { publicKey, point } = bls.identify(secret);
      const claim = { point, message: checkMessage, signature: bls.sign(secret, checkMessage) };
      return { kind: 'prepared', order, publicKey, claim };
    });
  }

  #loadOther(order: KeyToLoad): Prepared {
    const secret = this.#parts.secrets.copy(order.key);
    const curveKey = this.#parts.open(order.curve, secret);
    if (!curveKey.verify(curveKey.sign(checkMessage, 'standard'), checkMessage, 'standard')) throw checkFailed();
    this.#others.set(order.key, { curveKey, secret });
    this.#held[order.key] = otherCurve;
    return { kind: 'prepared', order, publicKey: curveKey.publicKey, claim: null };
  }
}

function attempt<Result>(what: Failure['what'], act: () => Result): Result | Failed {
  try {
    return act();
  } catch (error) {
    if (isFault(error, 'key_invalid')) return failed('key_invalid', error.message);
    // The libraries' own texts stay here: noble's tell the number that is out of range, and it may be the secret.
    return failed('internal', `a signing thread could not ${what}`);
  }
}

function checked(curveKey: CurveKey, { message, scheme }: SignTask): Outcome {
  const bytes = curveKey.sign(message, scheme);
  return curveKey.verify(bytes, message, scheme) ? done(bytes) : doesNotVerify();
}

function doesNotVerify(): Failed {
  return failed('signature_invalid', 'the signature that was made does not verify; it was thrown away');
}

function done(bytes: Uint8Array): Done {
  return { kind: 'done', bytes };
}

function failed(code: Failed['code'], text: string): Failed {
  return { kind: 'failed', code, text };
}
