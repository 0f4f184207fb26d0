import { assert } from '../base/fault.ts';
import type { Root } from './mark.ts';

/** What a permit lets its key sign. */
export interface Permitted {
  /** The only key that may sign, named as in a lane. */
  readonly key: string;
  /** The permit's own copy of the request's bytes. */
  readonly message: Uint8Array;
  /** The root that was recorded; for schemes that sign a digest, this is what is signed. */
  readonly root: Root;
}

/** Held by this module alone: whoever has no such value cannot construct a permit. */
const seal = Symbol('permit');

/**
 * Proof that a message's mark is durably recorded, or that no rule concerns it. Only the guard makes one, only a permit
 * can be signed, and it is used up by signing once. It cannot be forged: an object of the same shape neither compiles
 * (the private field) nor passes `spend` (the brand is checked), and the constructor wants a value nobody else has.
 */
export class Permit {
  #content: Permitted | null;

  constructor(held: typeof seal, content: Permitted) {
    assert(held === seal, 'permits are made by the guard alone');
    const { key, message, root } = content;
    this.#content = { key, message: new Uint8Array(message), root };
  }

  /**
   * Hands out what may be signed, once.
   *
   * @param key the key that is about to sign
   * @throws Error for a forged permit, for another key's permit, and the second time: programmer errors all of them
   */
  static spend(permit: Permit, key: string): Permitted {
    assert(
      typeof permit === 'object' && permit !== null && #content in permit,
      'this permit was not made by the guard',
    );
    const content = permit.#content;
    assert(content !== null, 'a permit is used once');
    assert(content.key === key, 'a permit is for the key it names');
    permit.#content = null;
    return content;
  }
}

export type Mint = (content: Permitted) => Permit;

let taken = false;

/**
 * Gives out the right to make permits: to the guard, which asks when it is loaded, and to nobody after it.
 * `test/tidy` allows no other module to name this function; at run time a second caller fails.
 */
export function takeMint(): Mint {
  assert(!taken, 'the right to make permits is already taken');
  taken = true;
  return (content) => new Permit(seal, content);
}
