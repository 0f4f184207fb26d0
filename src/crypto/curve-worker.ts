/** The program of a worker thread: it holds secrets, signs, and checks what it signed. `curve-thread.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { assert, isFault } from '../base/fault.ts';
import { type CurveKey, checkFailed, checkMessage } from './curve-key.ts';
import type { Answer, LoadOrder, Numbered, Order, SignOrder } from './curve-orders.ts';
import { openCurveKey } from './open-curve-key.ts';

/** Answers of quick orders leave together; those of slow ones do not wait for each other. */
const answerEveryMs = 1;

interface Held {
  readonly curveKey: CurveKey;
  readonly secret: Uint8Array;
  readonly verifyAlways: boolean;
}

type Outcome = { readonly kind: 'done'; readonly bytes: Uint8Array } | Omit<Extract<Answer, { kind: 'failed' }>, 'number'>;

const keys = new Map<number, Held>();
const port = parentPort;
assert(port !== null, 'this file is the program of a worker thread');

port.on('message', (batch: readonly Numbered[]) => {
  let answers: Answer[] = [];
  let sentAt = performance.now();
  for (const { number, order } of batch) {
    answers.push({ number, ...carryOut(order) });
    if (performance.now() - sentAt < answerEveryMs) continue;
    port.postMessage(answers);
    answers = [];
    sentAt = performance.now();
  }
  if (answers.length > 0) port.postMessage(answers);
});

function carryOut(order: Order): Outcome {
  try {
    if (order.kind === 'load') return { kind: 'done', bytes: load(order) };
    if (order.kind === 'sign') return signed(order);
    return forget(order.key);
  } catch (error) {
    if (isFault(error, 'key_invalid')) return { kind: 'failed', code: 'key_invalid', text: error.message };
    // The libraries' own texts stay here: noble's tell the number that is out of range, and it may be the secret.
    return { kind: 'failed', code: 'internal', text: `a worker thread could not ${order.kind}` };
  }
}

/** Every thread checks every key for itself. The public key is the answer. */
function load({ key, curve, secret, verify }: LoadOrder): Uint8Array {
  const curveKey = openCurveKey(curve, secret);
  const signature = curveKey.sign(checkMessage, 'standard');
  if (!curveKey.verify(signature, checkMessage, 'standard')) throw checkFailed();
  // A faulty nonce of ECDSA gives the secret away; a faulty BLS signature is merely refused by the chain.
  keys.set(key, { curveKey, secret, verifyAlways: verify === 'always' || curve !== 'bls12_381' });
  return curveKey.publicKey;
}

function signed({ key, message, scheme }: SignOrder): Outcome {
  const held = keys.get(key);
  if (held === undefined) return { kind: 'failed', code: 'internal', text: 'a worker thread was asked for a key it does not hold' };
  const bytes = held.curveKey.sign(message, scheme);
  if (held.verifyAlways && !held.curveKey.verify(bytes, message, scheme)) {
    return { kind: 'failed', code: 'signature_invalid', text: 'the signature that was made does not verify; it was thrown away' };
  }
  return { kind: 'done', bytes };
}

/** Wipes the array that noble reads. What the libraries made of it (blst's heap, numbers in V8's) is left to its fate. */
function forget(key: number): Outcome {
  keys.get(key)?.secret.fill(0);
  keys.delete(key);
  return { kind: 'done', bytes: new Uint8Array() };
}
