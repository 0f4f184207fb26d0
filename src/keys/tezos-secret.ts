import { Fault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import type { Curve } from '../crypto/curve.ts';
import { ed25519PublicKey } from '../crypto/ed25519.ts';
import { publicKeyOf } from '../crypto/open-curve-key.ts';
import { openSecret, sealSecret } from '../crypto/secretbox.ts';
import { encode } from '../tezos/base58.ts';
import { parseSecretKey } from '../tezos/secret-key.ts';

/** The secret of a Tezos key, as the curves want it. */
export interface TezosSecret {
  readonly curve: Curve;
  /** 32 bytes: the seed for ed25519, else the big-endian scalar. */
  readonly secret: SecretBytes;
}

const prefixes = {
  ed25519: { plain: 'edsk', encrypted: 'edesk' },
  secp256k1: { plain: 'spsk', encrypted: 'spesk' },
  p256: { plain: 'p2sk', encrypted: 'p2esk' },
  bls12_381: { plain: 'BLsk', encrypted: 'BLesk' },
} as const;

/**
 * Reads the text of any Tezos secret key. No error says anything of the text.
 *
 * @param askPassword called when the text is encrypted; its answer is wiped
 * @throws Fault `key_invalid` for a damaged text, a secret out of range or a pair whose halves do not fit,
 *   `password_wrong` when the password does not open it, and what `askPassword` throws
 */
export async function readTezosSecret(text: string, askPassword: () => Promise<SecretBytes>): Promise<TezosSecret> {
  const { curve, form, payload } = parseSecretKey(text);
  using held = payload;
  if (form === 'pair') return { curve, secret: firstHalf(held.reveal()) };
  if (form === 'seed') return checked(curve, turned(curve, held));
  using opened = await decrypted(held, askPassword);
  return checked(curve, turned(curve, opened));
}

/** The unencrypted text of a secret: `edsk…`, `spsk…`, `p2sk…`, `BLsk…`. A string: it cannot be wiped. */
export function plainText({ curve, secret }: TezosSecret): string {
  using payload = turned(curve, secret);
  return encode(prefixes[curve].plain, payload.reveal());
}

/** The text of a secret, encrypted with a password: `edesk…`, `spesk…`, `p2esk…`, `BLesk…`. */
export async function encryptedText({ curve, secret }: TezosSecret, password: SecretBytes): Promise<string> {
  using payload = turned(curve, secret);
  return encode(prefixes[curve].encrypted, await sealSecret(payload, password));
}

async function decrypted(payload: SecretBytes, askPassword: () => Promise<SecretBytes>): Promise<SecretBytes> {
  using password = await askPassword();
  const secret = await openSecret(payload.reveal(), password);
  if (secret === null) throw new Fault('password_wrong', 'the password does not open this encrypted key');
  return secret;
}

/** A copy. Tezos writes the scalar of a BLS key with its lowest byte first, so there it is turned round, both ways. */
function turned(curve: Curve, secret: SecretBytes): SecretBytes {
  const bytes = secret.reveal();
  return new SecretBytes(curve === 'bls12_381' ? bytes.toReversed() : Uint8Array.from(bytes));
}

/** The long form of ed25519 holds the seed and the public key; one that was pieced together is refused. */
function firstHalf(pair: Uint8Array): SecretBytes {
  const seed = new SecretBytes(Uint8Array.from(pair.subarray(0, 32)));
  if (Buffer.compare(ed25519PublicKey(seed.reveal()), pair.subarray(32)) === 0) return seed;
  seed.wipe();
  throw new Fault('key_invalid', 'the public half of this edsk text is not the public key of its secret half');
}

function checked(curve: Curve, secret: SecretBytes): TezosSecret {
  try {
    publicKeyOf(curve, secret.reveal());
  } catch (error) {
    secret.wipe();
    throw error;
  }
  return { curve, secret };
}
