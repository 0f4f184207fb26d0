/** The curves that keys are on. Ethereum uses BLS12-381 alone; Tezos uses all four. */
export type Curve = (typeof curves)[number];

export const curves = ['ed25519', 'secp256k1', 'p256', 'bls12_381'] as const;
