import { createHmac, randomBytes } from 'node:crypto';
import { assert } from '../../base/fault.ts';
import type { SecretBytes } from '../../base/secret-bytes.ts';
import type { Verify } from '../../crypto/curve-orders.ts';
import type { LocalSigner } from '../../crypto/local-signer.ts';
import { ethereumKey } from '../ethereum-key.ts';
import { canBeForgotten, type Key } from '../key.ts';
import type { Keyring } from '../keyring.ts';

/** Something on the disk that holds a key. */
export interface Holder {
  /** For logs: `/keys/a.yaml, entry 2`. */
  readonly place: string;
  readonly group: GroupId;
}

export const groupIds = ['config-files-loading', 'keystores-bulk-loading'] as const;
export type GroupId = (typeof groupIds)[number];

/** A key and those who hold it. As long as there is one, the key signs. */
interface Slot {
  readonly loading: Promise<Loaded>;
  readonly holders: Holder[];
  loaded: Loaded | null;
}

interface Loaded {
  readonly key: Key;
  /** Did another source have this key before? Then it is not ours to take away. */
  readonly foreign: boolean;
}

export interface KeyClaimsOptions {
  readonly signer: Pick<LocalSigner, 'load'>;
  readonly keyring: Keyring;
  readonly verify: Verify;
}

/**
 * Which file holds which key. Several may hold the same one: it is loaded once, and leaves with the last of them. Keys
 * are known here by a digest of their secret under a random key of this process, which tells nothing to anyone else.
 */
export class KeyClaims {
  readonly #options: KeyClaimsOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #digestKey = randomBytes(32);
  readonly #counts: Record<GroupId, number> = { 'config-files-loading': 0, 'keystores-bulk-loading': 0 };

  constructor(options: KeyClaimsOptions) {
    this.#options = options;
  }

  /** How many keys are there, each counted where it was found first. */
  count(group: GroupId): number {
    return this.#counts[group];
  }

  digestOf(secret: SecretBytes): string {
    return createHmac('sha256', this.#digestKey).update(secret.reveal()).digest('base64').slice(0, 24);
  }

  /**
   * Holds the key of a secret for `holder`, and loads it unless it is there: then it signs.
   *
   * @param secret taken over
   * @returns the key's id, and who held it before, if anyone did
   * @throws what `LocalSigner.load` throws; `holder` holds nothing then
   */
  async claim(secret: SecretBytes, digest: string, holder: Holder): Promise<{ id: string; first: Holder | null }> {
    const slot = this.#slots.get(digest) ?? this.#load(secret, digest);
    const first = slot.holders[0] ?? null;
    if (first !== null) secret.wipe();
    slot.holders.push(holder);
    try {
      slot.loaded = await slot.loading;
    } catch (error) {
      if (this.#slots.get(digest) === slot) this.#slots.delete(digest);
      throw error;
    }
    if (first === null) this.#counts[holder.group] += 1;
    return { id: slot.loaded.key.id, first };
  }

  /** @returns the id of the key that left with this holder, or null when it stays */
  release(digest: string, holder: Holder): string | null {
    const slot = this.#slots.get(digest);
    assert(slot?.loaded !== undefined && slot.loaded !== null, 'what is released was claimed');
    const index = slot.holders.indexOf(holder);
    assert(index !== -1, 'a holder releases what it holds');
    slot.holders.splice(index, 1);
    const next = slot.holders[0];
    if (index === 0) this.#counts[holder.group] -= 1;
    if (index === 0 && next !== undefined) this.#counts[next.group] += 1;
    if (next !== undefined) return null;
    this.#slots.delete(digest);
    return this.#takeAway(slot.loaded);
  }

  #load(secret: SecretBytes, digest: string): Slot {
    const slot: Slot = { loading: this.#loadKey(secret), holders: [], loaded: null };
    this.#slots.set(digest, slot);
    return slot;
  }

  async #loadKey(secret: SecretBytes): Promise<Loaded> {
    const { signer, keyring, verify } = this.#options;
    const key = ethereumKey(await signer.load('bls12_381', secret, verify), 'filesystem');
    const known = keyring.add(key);
    if (known === null) return { key, foreign: false };
    await forget(key);
    return { key: known, foreign: true };
  }

  #takeAway({ key, foreign }: Loaded): string | null {
    if (foreign) return null;
    // First it cannot be found any more; then what it was asked for is finished.
    this.#options.keyring.remove(key.id);
    void forget(key);
    return key.id;
  }
}

/** Never rejects: a signer that cannot forget a key any more has ended, and its secrets with it. */
async function forget(key: Key): Promise<void> {
  if (canBeForgotten(key)) await key.forget().catch(() => undefined);
}
