import { assert } from '../base/fault.ts';
import { fromHex, toHex } from '../base/hex.ts';
import { blake2b256 } from '../crypto/blake2b.ts';
import type { LoadedKey } from '../crypto/loaded-key.ts';
import { Permit, type Permitted } from '../protection/permit.ts';
import { keyHash } from '../tezos/key-hash.ts';
import type { Key, ProofOfPossession, SigningScheme, SigningWish } from './key.ts';

/** A Tezos key whose secret this process holds. */
class TezosKey implements Key {
  readonly id: string;
  readonly source: string;
  readonly deterministic = true;
  protected readonly loaded: LoadedKey;

  constructor(loaded: LoadedKey, source: string) {
    this.loaded = loaded;
    this.source = source;
    this.id = keyHash({ curve: loaded.curve, bytes: loaded.publicKey }).text;
  }

  get curve() {
    return this.loaded.curve;
  }

  get publicKey() {
    return this.loaded.publicKey;
  }

  checkRoom(): void {
    this.loaded.checkRoom();
  }

  async sign(permit: Permit, { scheme = 'standard' }: SigningWish = {}): Promise<Uint8Array> {
    return await this.signPermitted(Permit.spend(permit, this.id), scheme);
  }

  /** tz1 to tz3 sign the recorded root, and in one way only. */
  protected signPermitted({ root }: Permitted, _scheme: SigningScheme): Promise<Uint8Array> {
    return this.loaded.sign(fromHex(root));
  }
}

/** tz4 signs the message itself, so it makes sure that the recorded root is the message's. */
class TezosBlsKey extends TezosKey implements ProofOfPossession {
  async provePossession(): Promise<Uint8Array> {
    return await this.loaded.sign(this.publicKey, { scheme: 'possession' });
  }

  protected override signPermitted({ message, root }: Permitted, scheme: SigningScheme): Promise<Uint8Array> {
    assert(toHex(blake2b256(message)) === root, 'a permit records the root of its message');
    return this.loaded.sign(message, { scheme });
  }
}

/** @param source the vault's display name */
export function tezosKey(loaded: LoadedKey, source: string): Key {
  return loaded.curve === 'bls12_381' ? new TezosBlsKey(loaded, source) : new TezosKey(loaded, source);
}
