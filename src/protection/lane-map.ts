import type { Lane } from './lane.ts';

interface Entry<Value> {
  readonly lane: Lane;
  value: Value;
}

/**
 * Values by lane. A key has a handful of lanes, so they are looked through: the key's own string is hashed once in its
 * life, where a name put together from all four parts would be hashed for each request.
 */
export class LaneMap<Value> {
  readonly #byKey = new Map<string, Entry<Value>[]>();

  get(lane: Lane): Value | undefined {
    return this.#entryOf(lane)?.value;
  }

  set(lane: Lane, value: Value): void {
    const entry = this.#entryOf(lane);
    if (entry !== undefined) {
      entry.value = value;
      return;
    }
    const entries = this.#byKey.get(lane.key);
    if (entries === undefined) this.#byKey.set(lane.key, [{ lane, value }]);
    else entries.push({ lane, value });
  }

  #entryOf({ chain, network, key, duty }: Lane): Entry<Value> | undefined {
    return this.#byKey
      .get(key)
      ?.find(({ lane }) => lane.duty === duty && lane.network === network && lane.chain === chain);
  }
}
