import { Fault, isFault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import type { Curve } from '../crypto/curve.ts';
import { type Decoded, decode, type Prefix } from './base58.ts';

/** A secret key as its text holds it. */
export interface SecretKeyText {
  readonly curve: Curve;
  /**
   * `seed`: the 32 bytes of the secret; for BLS12-381 that is the scalar with its lowest byte first.
   * `pair`: Ed25519's long form, 32 bytes of seed and then the 32 of the public key.
   * `encrypted`: 8 bytes of salt and 48 of NaCl secretbox, which a passphrase opens.
   */
  readonly form: 'seed' | 'pair' | 'encrypted';
  readonly payload: SecretBytes;
}

type Form = Pick<SecretKeyText, 'curve' | 'form'>;

const forms = new Map<Prefix, Form>([
  ['edsk', { curve: 'ed25519', form: 'seed' }],
  ['edsk64', { curve: 'ed25519', form: 'pair' }],
  ['spsk', { curve: 'secp256k1', form: 'seed' }],
  ['p2sk', { curve: 'p256', form: 'seed' }],
  ['BLsk', { curve: 'bls12_381', form: 'seed' }],
  ['edesk', { curve: 'ed25519', form: 'encrypted' }],
  ['spesk', { curve: 'secp256k1', form: 'encrypted' }],
  ['p2esk', { curve: 'p256', form: 'encrypted' }],
  ['BLesk', { curve: 'bls12_381', form: 'encrypted' }],
]);

/**
 * Reads the text of a secret key, plain or encrypted.
 *
 * @throws Fault `key_invalid`, which says nothing of the text, not even where it is wrong
 */
export function parseSecretKey(text: string): SecretKeyText {
  const { prefix, payload } = decodeSilently(text);
  const secret = new SecretBytes(Uint8Array.from(payload));
  payload.fill(0);
  const form = forms.get(prefix);
  if (form === undefined) {
    secret.wipe();
    throw new Fault('key_invalid', `this is a Tezos ${prefix} text, not a secret key (edsk, spsk, p2sk, BLsk)`);
  }
  return { ...form, payload: secret };
}

function decodeSilently(text: string): Decoded {
  try {
    return decode(text);
  } catch (error) {
    if (!isFault(error, 'base58check')) throw error;
    // No cause is attached: its text would show a character of the secret.
    throw new Fault('key_invalid', 'this is not a Tezos secret key: its base58check text is damaged (not shown)');
  }
}
