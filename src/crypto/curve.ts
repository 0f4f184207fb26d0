export type Curve = 'ed25519' | 'secp256k1' | 'p256' | 'bls12_381';
