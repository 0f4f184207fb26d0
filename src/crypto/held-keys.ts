import { isFault } from '../base/fault.ts';
import { type CurveKey, checkFailed, checkMessage } from './curve-key.ts';
import type { Answer, LoadOrder, Order, SignOrder } from './curve-orders.ts';
import type { openCurveKey } from './open-curve-key.ts';

interface Held {
  readonly curveKey: CurveKey;
  readonly secret: Uint8Array;
  readonly verifyAlways: boolean;
}

/** An answer before it is numbered. */
export type Outcome = Done | Failed;
type Done = { readonly kind: 'done'; readonly bytes: Uint8Array };
type Failed = Omit<Extract<Answer, { kind: 'failed' }>, 'number'>;

/** What one worker thread does: it holds keys, signs with them, and checks what it signed. */
export class HeldKeys {
  readonly #open: typeof openCurveKey;
  readonly #keys = new Map<number, Held>();

  constructor(open: typeof openCurveKey) {
    this.#open = open;
  }

  /** Never throws: what goes wrong is the outcome, in words that hold nothing of a secret. */
  carryOut(order: Order): Outcome {
    try {
      if (order.kind === 'load') return done(this.#load(order));
      if (order.kind === 'sign') return this.#sign(order);
      return done(this.#forget(order.key));
    } catch (error) {
      if (isFault(error, 'key_invalid')) return failed('key_invalid', error.message);
      // The libraries' own texts stay here: noble's tell the number that is out of range, and it may be the secret.
      return failed('internal', `a signing thread could not ${order.kind}`);
    }
  }

  /** Every thread checks every key for itself. The public key is the answer. */
  #load({ key, curve, secret, verify }: LoadOrder): Uint8Array {
    const curveKey = this.#open(curve, secret);
    const signature = curveKey.sign(checkMessage, 'standard');
    if (!curveKey.verify(signature, checkMessage, 'standard')) throw checkFailed();
    // On the ECDSA curves this is no choice: a signature with a fault in it can give the secret away.
    this.#keys.set(key, { curveKey, secret, verifyAlways: verify === 'always' || curve !== 'bls12_381' });
    return curveKey.publicKey;
  }

  #sign({ key, message, scheme }: SignOrder): Outcome {
    const held = this.#keys.get(key);
    if (held === undefined) return failed('internal', 'a signing thread was asked for a key that it does not hold');
    const bytes = held.curveKey.sign(message, scheme);
    if (!held.verifyAlways || held.curveKey.verify(bytes, message, scheme)) return done(bytes);
    return failed('signature_invalid', 'the signature that was made does not verify; it was thrown away');
  }

  /** Wipes the array that noble reads. What the libraries made of it, in blst's heap and in V8's, nobody can wipe. */
  #forget(key: number): Uint8Array {
    this.#keys.get(key)?.secret.fill(0);
    this.#keys.delete(key);
    return new Uint8Array();
  }
}

function done(bytes: Uint8Array): Done {
  return { kind: 'done', bytes };
}

function failed(code: Failed['code'], text: string): Failed {
  return { kind: 'failed', code, text };
}
