import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { assert, Fault } from '../base/fault.ts';
import type { SecretBytes } from '../base/secret-bytes.ts';
import { checkFailed, checkMessage } from './curve-key.ts';
import type { JobLimit } from './job-limit.ts';
import type { LoadedKey, SignOptions } from './loaded-key.ts';

/** RFC 8410: what goes before the 32 bytes of a seed in a PKCS #8 private key. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An ed25519 key of OpenSSL, which signs and verifies on libuv's threads and makes the same signature every time. */
export class Ed25519Key implements LoadedKey {
  readonly curve = 'ed25519';
  readonly publicKey: Uint8Array;
  readonly #secretKey: KeyObject;
  readonly #verifyingKey: KeyObject;
  readonly #limit: JobLimit;
  #forgotten = false;

  /**
   * Takes the seed over, wipes it, and lets the key verify one signature of its own.
   *
   * @param seed 32 bytes
   * @throws Fault `key_invalid` when that signature does not verify
   */
  static async load(seed: SecretBytes, limit: JobLimit): Promise<Ed25519Key> {
    using secret = seed;
    const key = new Ed25519Key(openSeed(secret.reveal()), limit);
    if (!(await key.#verifies(await key.#make(checkMessage), checkMessage))) throw checkFailed();
    return key;
  }

  private constructor(secretKey: KeyObject, limit: JobLimit) {
    this.#secretKey = secretKey;
    this.#verifyingKey = createPublicKey(secretKey);
    this.#limit = limit;
    this.publicKey = rawPublicKey(this.#verifyingKey);
  }

  checkRoom(): void {
    this.#checkKept();
    this.#limit.checkRoom();
  }

  async sign(message: Uint8Array, { scheme = 'standard' }: SignOptions = {}): Promise<Uint8Array> {
    assert(scheme === 'standard' && message.length === 32, 'ed25519 signs a digest of 32 bytes and knows one scheme');
    this.#checkKept();
    return await this.#limit.run(async () => {
      const signature = await this.#make(message);
      if (await this.#verifies(signature, message)) return signature;
      throw new Fault('signature_invalid', 'the signature that was made does not verify; it was thrown away');
    });
  }

  /** Nothing is left to wipe: signatures under way end by themselves, and OpenSSL's copy of the secret goes with them. */
  async forget(): Promise<void> {
    this.#forgotten = true;
    await Promise.resolve();
  }

  #checkKept(): void {
    if (this.#forgotten) throw new Fault('shutting_down', 'this key was taken out of the signer');
  }

  async #make(message: Uint8Array): Promise<Uint8Array> {
    return await new Promise((resolve, reject) => {
      sign(null, message, this.#secretKey, (error, signature) => (error === null ? resolve(signature) : reject(error)));
    });
  }

  async #verifies(signature: Uint8Array, message: Uint8Array): Promise<boolean> {
    return await new Promise((resolve, reject) => {
      const done = (error: Error | null, valid: boolean) => (error === null ? resolve(valid) : reject(error));
      verify(null, message, this.#verifyingKey, signature, done);
    });
  }
}

/** The public key of a seed, 32 bytes. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return rawPublicKey(createPublicKey(openSeed(seed)));
}

function openSeed(seed: Uint8Array): KeyObject {
  assert(seed.length === 32, 'an ed25519 seed has 32 bytes');
  const der = Buffer.concat([pkcs8Head, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return key;
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return Uint8Array.from(key.export({ format: 'der', type: 'spki' }).subarray(-32));
}
