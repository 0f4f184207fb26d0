import type { Curve } from '../../src/crypto/curve.ts';
import { newSecret } from '../../src/crypto/new-secret.ts';
import type { TezosSecret } from '../../src/keys/tezos-secret.ts';

export function newTezosSecret(curve: Curve): TezosSecret {
  return { curve, secret: newSecret(curve) };
}
