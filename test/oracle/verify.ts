import { bls12_381 } from '@noble/curves/bls12-381.js';

const bls = bls12_381.longSignatures;
/** The domain of consensus signatures: public keys in G1, proofs of possession made at deposit. */
const domain = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';

/** Checks signatures in pure JavaScript, some twenty milliseconds each; one that it has seen costs nothing. */
export class Verifier {
  readonly #known = new Map<string, boolean>();

  /** Key, root and signature in hex without `0x`. */
  isValid(publicKey: string, signingRoot: string, signature: string): boolean {
    const name = `${publicKey} ${signingRoot} ${signature}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const valid = verified(publicKey, signingRoot, signature);
    this.#known.set(name, valid);
    return valid;
  }

  /** How many different signatures were checked. */
  get count(): number {
    return this.#known.size;
  }
}

function verified(publicKey: string, signingRoot: string, signature: string): boolean {
  try {
    const message = bls.hash(Buffer.from(signingRoot, 'hex'), domain);
    return bls.verify(Buffer.from(signature, 'hex'), message, Buffer.from(publicKey, 'hex'));
  } catch {
    // What is no point of the curve is no signature.
    return false;
  }
}
