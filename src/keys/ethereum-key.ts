import { assert } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import type { LoadedKey } from '../crypto/loaded-key.ts';
import type { Priority } from '../crypto/priority.ts';
import { Permit } from '../protection/permit.ts';
import type { Forgettable, Key, SigningWish } from './key.ts';

/** An Ethereum validator's key whose secret this process holds: it signs the signing root that was recorded. */
class EthereumKey implements Key, Forgettable {
  readonly id: string;
  readonly source: string;
  readonly curve = 'bls12_381';
  readonly deterministic = true;
  readonly #loaded: LoadedKey;

  constructor(loaded: LoadedKey, source: string) {
    this.#loaded = loaded;
    this.source = source;
    this.id = ethereumKeyId(loaded.publicKey);
  }

  get publicKey() {
    return this.#loaded.publicKey;
  }

  checkRoom(priority: Priority): void {
    this.#loaded.checkRoom(priority);
  }

  async sign(permit: Permit, { priority = 'block' }: SigningWish = {}): Promise<Uint8Array> {
    const { message, root } = Permit.spend(permit, this.id);
    assert(toHex(message) === root, 'the message of an Ethereum permit is the root that was recorded');
    return await this.#loaded.sign(message, { priority });
  }

  async forget(): Promise<void> {
    await this.#loaded.forget();
  }
}

/** @param source where the key came from, for metrics and logs: `filesystem` */
export function ethereumKey(loaded: LoadedKey, source: string): Key {
  assert(loaded.curve === 'bls12_381', 'Ethereum validators sign on BLS12-381');
  return new EthereumKey(loaded, source);
}

/** What lanes and URLs call the key: `0x` and 96 lower-case hex digits. @param publicKey 48 bytes, compressed */
export function ethereumKeyId(publicKey: Uint8Array): string {
  return `0x${toHex(publicKey)}`;
}
