import { assert } from '../../base/fault.ts';
import { fromHex, toHex } from '../../base/hex.ts';
import type { Lane } from '../../protection/lane.ts';
import { laneNeverSeen, type LaneState, type Mark, merge, type Root } from '../../protection/mark.ts';
import { corruptDocument } from './corrupt.ts';
import { bytesIn, bytesValue, type Fields, isNull, nullValue, uint64In, uint64Value, type Value } from './value.ts';

/** The part of a lane that says how its documents look. */
export type Form = Pick<Lane, 'chain' | 'duty'>;

/** Ethereum attestations alone have a source. */
function hasFloor({ chain, duty }: Form): boolean {
  return chain === 'ethereum' && duty === 'attestation';
}

/** @param kind the name of the document's collection: Signatory's `request` */
export function fieldsOf(kind: string, form: Form, { mark, closed }: LaneState): Fields {
  const off: Fields = closed || mark === null ? { off: { booleanValue: closed } } : {};
  return { request: { stringValue: kind }, ...(mark === null ? {} : markFields(mark, form)), ...off };
}

function markFields({ height, round, floor, root }: Mark, form: Form): Fields {
  const position = { lvl: uint64Value(height), round: uint64Value(round) };
  const digest = root === null ? nullValue : digestOf(root, form);
  return hasFloor(form) ? { ...position, floor: uint64Value(floor), digest } : { ...position, digest };
}

/** As Signatory has it on Tezos; as clients write roots on Ethereum. */
function digestOf(root: Root, { chain }: Form): Value {
  return chain === 'tezos' ? bytesValue(fromHex(root)) : { stringValue: `0x${root}` };
}

/** What all documents of a lane say together. */
export function joined(states: readonly LaneState[]): LaneState {
  const marks = states.flatMap(({ mark }) => (mark === null ? [] : [mark]));
  const mark = marks.length === 0 ? null : marks.reduce((a, b) => merge(a, b));
  return states.length === 0 ? laneNeverSeen : { mark, closed: states.some(({ closed }) => closed) };
}

/** @throws Fault `store_corrupt` for a document that no signer wrote so */
export function readState(path: string, fields: Fields, form: Form): LaneState {
  const reader = new Reader(path, fields, form);
  return { mark: reader.mark(), closed: reader.closed() };
}

const digestBytes = 32;

class Reader {
  readonly #path: string;
  readonly #fields: Fields;
  readonly #form: Form;

  constructor(path: string, fields: Fields, form: Form) {
    this.#path = path;
    this.#fields = fields;
    this.#form = form;
  }

  /** Null only in a document that was made to close a lane which had signed nothing. */
  mark(): Mark | null {
    const { lvl, off } = this.#fields;
    if (lvl === undefined && off !== undefined) return this.#nothing();
    const floor = hasFloor(this.#form) ? this.#number('floor') : this.#noFloor();
    return { height: this.#number('lvl'), round: this.#number('round'), floor, root: this.#root() };
  }

  closed(): boolean {
    const { off } = this.#fields;
    return off === undefined ? false : (off.booleanValue ?? this.#wrong('off', 'is not a boolean'));
  }

  #nothing(): null {
    const rest = ['round', 'floor', 'digest'].find((name) => this.#fields[name] !== undefined);
    return rest === undefined ? null : this.#wrong('lvl', `is missing beside ${rest}`);
  }

  #noFloor(): bigint {
    return this.#fields['floor'] === undefined ? 0n : this.#wrong('floor', 'does not belong there');
  }

  #number(name: string): bigint {
    const value = this.#fields[name];
    return (
      uint64In(value) ?? this.#wrong(name, value === undefined ? 'is missing' : 'is not a whole number of 64 bits')
    );
  }

  #root(): Root | null {
    const { digest } = this.#fields;
    if (digest === undefined) return this.#wrong('digest', 'is missing');
    if (isNull(digest)) return null;
    if (this.#form.chain === 'tezos') {
      const bytes = bytesIn(digest);
      return bytes?.length === digestBytes ? toHex(bytes) : this.#wrong('digest', 'is not 32 bytes');
    }
    const text = digest.stringValue ?? '';
    return /^0x[0-9a-f]{64}$/u.test(text) ? text.slice(2) : this.#wrong('digest', 'is not a root (0x…)');
  }

  #wrong(name: string, sentence: string): never {
    throw corruptDocument(`the document ${this.#path} cannot be read: ${name} ${sentence}`);
  }
}

const namePattern = /^[0-9A-Za-z]+$/u;
const rootPattern = /^[0-9a-f]{64}$/u;
const uint64End = 2n ** 64n;

/** A copy of what a caller holds and may change. @throws Error for a lane that no parser names so */
export function copyOfLane({ chain, network, key, duty }: Lane): Lane {
  assert(namePattern.test(network) && namePattern.test(key), 'the names of a lane are letters and digits');
  return { chain, network, key, duty };
}

/** The same of a mark. @throws Error for one that the lane's documents cannot hold */
export function copyOfMark({ height, round, floor, root }: Mark, form: Form): Mark {
  const fit = [height, round, floor].every((number) => number >= 0n && number < uint64End);
  assert(fit, 'marks are made of uint64 numbers');
  assert(root === null || rootPattern.test(root), 'a root is 64 lower-case hex digits');
  assert(floor === 0n || hasFloor(form), 'only attestations of Ethereum have a floor');
  return { height, round, floor, root };
}
