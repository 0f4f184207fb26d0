import type { Key } from './key.ts';

/** The keys that can sign, by id. */
export class Keyring {
  readonly #keys = new Map<string, Key>();
  #version = 0;

  /** How many keys there are. */
  get size(): number {
    return this.#keys.size;
  }

  /** Rises with each change: what was made of the list is good as long as this stays the same. */
  get version(): number {
    return this.#version;
  }

  /** Adds a key. @returns null, or the key that has this id already: it stays, and the new one is left out */
  add(key: Key): Key | null {
    const known = this.#keys.get(key.id);
    if (known !== undefined) return known;
    this.#keys.set(key.id, key);
    this.#version += 1;
    return null;
  }

  /** Takes a key away: from now on it is not found. @returns the key, or null when there is none of this id */
  remove(id: string): Key | null {
    const key = this.find(id);
    if (key === null) return null;
    this.#keys.delete(id);
    this.#version += 1;
    return key;
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
