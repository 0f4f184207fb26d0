import { assert, Fault, isFault } from '../../base/fault.ts';
import { toHex } from '../../base/hex.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Mark, Root } from '../../protection/mark.ts';
import { parseRootText, rootText } from '../../tezos/root-text.ts';
import { type AttributeValue, booleanIn, bytesIn, isNull, type Item, stringIn, uint64In } from './item.ts';

/** Where a row stands: the seed's keys. `request` is the duty, or one of Signatory's other names for it. */
export interface RowKey {
  readonly idx: string;
  readonly request: string;
}

/** What a row says. */
export interface Row {
  readonly mark: Mark | null;
  readonly closed: boolean;
  /** The stop line that is stamped on it, in the lane's own unit: a slot or an epoch. Only on Ethereum. */
  readonly stamp: bigint | null;
}

/** What a row that is not there says. */
export const noRow: Row = { mark: null, closed: false, stamp: null };

/** The part of a lane that says how its rows look. */
export type Form = Pick<Lane, 'chain' | 'duty'>;

export function rowKey({ network, key, duty }: Lane): RowKey {
  return { idx: `${network}/${key}`, request: duty };
}

export function keyItem({ idx, request }: RowKey): Item {
  return { idx: { S: idx }, request: { S: request } };
}

/** Ethereum attestations alone have a source. */
export function hasFloor({ chain, duty }: Form): boolean {
  return chain === 'ethereum' && duty === 'attestation';
}

export function itemOf(key: RowKey, form: Form, { mark, closed, stamp }: Row): Item {
  const off: AttributeValue | null = closed ? { BOOL: true } : mark === null ? { BOOL: false } : null;
  return {
    ...keyItem(key),
    ...(mark === null ? {} : markItem(mark, form)),
    ...(off === null ? {} : { off }),
    ...(stamp === null ? {} : { stop: { N: stamp.toString() } }),
  };
}

function markItem({ height, round, floor, root }: Mark, form: Form): Item {
  const numbers = { lvl: { N: height.toString() }, round: { N: round.toString() } };
  const digest: AttributeValue = root === null ? { NULL: true } : { S: digestText(root, form) };
  return hasFloor(form) ? { ...numbers, floor: { N: floor.toString() }, digest } : { ...numbers, digest };
}

/** As the seed shows it on Tezos; as clients write roots on Ethereum. */
function digestText(root: Root, { chain }: Form): string {
  return chain === 'tezos' ? rootText(root) : `0x${root}`;
}

/** @throws Fault `store_corrupt` for a row that no signer wrote so */
export function readRow(item: Item, form: Form): Row {
  const row = new RowReader(item, form);
  return { mark: row.mark(), closed: row.closed(), stamp: row.stamp() };
}

const digestBytes = 32;

class RowReader {
  readonly #item: Item;
  readonly #form: Form;

  constructor(item: Item, form: Form) {
    this.#item = item;
    this.#form = form;
  }

  /** Null only in a row that was made to close a lane which had signed nothing. */
  mark(): Mark | null {
    const { lvl, off } = this.#item;
    if (lvl === undefined && off !== undefined) return this.#nothing();
    const floor = hasFloor(this.#form) ? this.#number('floor') : this.#noFloor();
    return { height: this.#number('lvl'), round: this.#number('round'), floor, root: this.#root() };
  }

  closed(): boolean {
    const { off } = this.#item;
    return off === undefined ? false : (booleanIn(off) ?? this.#wrong('off', 'is not a boolean'));
  }

  stamp(): bigint | null {
    const { stop } = this.#item;
    if (stop === undefined) return null;
    return this.#form.chain === 'ethereum' ? this.#number('stop') : this.#wrong('stop', 'does not belong there');
  }

  #nothing(): null {
    const rest = ['round', 'floor', 'digest'].find((name) => this.#item[name] !== undefined);
    return rest === undefined ? null : this.#wrong('lvl', `is missing beside ${rest}`);
  }

  #noFloor(): bigint {
    return this.#item['floor'] === undefined ? 0n : this.#wrong('floor', 'does not belong there');
  }

  #number(name: string): bigint {
    const value = this.#item[name];
    return (
      uint64In(value) ?? this.#wrong(name, value === undefined ? 'is missing' : 'is not a whole number of 64 bits')
    );
  }

  /** S as the seed shows it, B as Signatory's library writes an array of bytes, NULL when it is not known. */
  #root(): Root | null {
    const { digest } = this.#item;
    if (digest === undefined) return this.#wrong('digest', 'is missing');
    if (isNull(digest)) return null;
    const bytes = bytesIn(digest);
    if (bytes !== null) return bytes.length === digestBytes ? toHex(bytes) : this.#wrong('digest', 'is not 32 bytes');
    return this.#rootText(stringIn(digest) ?? '');
  }

  #rootText(text: string): Root {
    if (this.#form.chain === 'ethereum') {
      return /^0x[0-9a-f]{64}$/u.test(text) ? text.slice(2) : this.#wrong('digest', 'is not a root (0x…)');
    }
    try {
      return parseRootText(text);
    } catch (error) {
      if (isFault(error, 'base58check')) return this.#wrong('digest', `is wrong: ${error.message}`);
      throw error;
    }
  }

  #wrong(name: string, sentence: string): never {
    const { idx, request } = this.#item;
    const place = `${stringIn(idx) ?? '?'}, ${stringIn(request) ?? '?'}`;
    throw corruptRow(`the row (${place}) cannot be read: ${name} ${sentence}`);
  }
}

export function corruptRow(sentence: string): Fault {
  const text =
    `${sentence}. Nothing was changed. Do not delete the row to get started again: ` +
    'see docs/troubleshooting.md#store-corrupt';
  return new Fault('store_corrupt', text);
}

const namePattern = /^[0-9A-Za-z]+$/u;
const rootPattern = /^[0-9a-f]{64}$/u;
const uint64End = 2n ** 64n;

/** A copy of what a caller holds and may change. @throws Error for a lane that no parser names so */
export function copyOfLane({ chain, network, key, duty }: Lane): Lane {
  assert(namePattern.test(network) && namePattern.test(key), 'the names of a lane are letters and digits');
  return { chain, network, key, duty };
}

/** The same of a mark. @throws Error for one that the lane's rows cannot hold */
export function copyOfMark({ height, round, floor, root }: Mark, form: Form): Mark {
  const fit = [height, round, floor].every((number) => number >= 0n && number < uint64End);
  assert(fit, 'marks are made of uint64 numbers');
  assert(root === null || rootPattern.test(root), 'a root is 64 lower-case hex digits');
  assert(floor === 0n || hasFloor(form), 'only attestations of Ethereum have a floor');
  return { height, round, floor, root };
}
