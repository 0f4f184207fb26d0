import type { Key } from './key.ts';

/** The keys that can sign, by id. */
export class Keyring {
  readonly #keys = new Map<string, Key>();
  #version = 0;

  /** Another number after each change, so that what was made from the keys can be kept until then. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Adds a key. @returns null, or the key that has this id already: it stays, and the new one is left out */
  add(key: Key): Key | null {
    const known = this.#keys.get(key.id);
    if (known !== undefined) return known;
    this.#keys.set(key.id, key);
    this.#version += 1;
    return null;
  }

  /** @returns the key that lanes call `id`, or null */
  find(id: string): Key | null {
    return this.#keys.get(id) ?? null;
  }

  /** All keys, in the order in which they were added. */
  list(): readonly Key[] {
    return [...this.#keys.values()];
  }
}
