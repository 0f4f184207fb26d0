import {
  type BasicType,
  BitArray,
  BitListType,
  BitVectorType,
  ByteListType,
  ByteVectorType,
  type CompositeType,
  ContainerType,
  ListBasicType,
  ListCompositeType,
  ProgressiveBitListType,
  ProgressiveByteListType,
  ProgressiveContainerType,
  ProgressiveListCompositeType,
  UintBigintType,
  VectorCompositeType,
} from '@chainsafe/ssz';
import { fromHex } from '../base/hex.ts';
import { readBitlist, readBitvector } from '../ethereum/bits.ts';
import type { Field } from '../ethereum/field.ts';

/**
 * A type of the library and how its values are read from JSON: by our own rules, because the library's would let numbers
 * past 2^53, odd hex and lists over their limit through.
 */
interface Shape<Type> {
  readonly type: Type;
  /** @throws Fault `field_*`, `uint64_range`, `ssz_limit` */
  readonly read: (field: Field) => unknown;
}

type Basic = Shape<BasicType<unknown>>;
export type Composite = Shape<CompositeType<unknown, unknown, unknown>>;
type Fields = Readonly<Record<string, Basic | Composite>>;

export const uint64: Basic = { type: new UintBigintType(8), read: (field) => field.uint64() };
export const uint256: Basic = { type: new UintBigintType(32), read: (field) => field.uint256() };

export function bytes(length: number): Composite {
  return { type: new ByteVectorType(length), read: (field) => fromHex(field.hex(length)) };
}

export function byteList(lengthMax: number): Composite {
  return { type: new ByteListType(lengthMax), read: (field) => fromHex(field.hexOfAtMost(lengthMax)) };
}

/** Of any length: what bounds it is the length of the request. */
export function progressiveByteList(): Composite {
  return { type: new ProgressiveByteListType(), read: (field) => fromHex(field.hexOfAtMost(Infinity)) };
}

export function bitvector(bits: number): Composite {
  const read = (field: Field): BitArray => new BitArray(fromHex(readBitvector(field, bits)), bits);
  return { type: new BitVectorType(bits), read };
}

export function bitlist(bitsMax: number): Composite {
  return { type: new BitListType(bitsMax), read: (field) => bitsOf(field, bitsMax) };
}

export function progressiveBitlist(): Composite {
  return { type: new ProgressiveBitListType(), read: (field) => bitsOf(field, Infinity) };
}

export function basicList(element: Basic, lengthMax: number): Composite {
  return { type: new ListBasicType(element.type, lengthMax), read: elementsOf(element, 0, lengthMax) };
}

export function list(element: Composite, lengthMax: number): Composite {
  return { type: new ListCompositeType(element.type, lengthMax), read: elementsOf(element, 0, lengthMax) };
}

export function progressiveList(element: Composite): Composite {
  return { type: new ProgressiveListCompositeType(element.type), read: elementsOf(element, 0, Infinity) };
}

export function vector(element: Composite, length: number): Composite {
  return { type: new VectorCompositeType(element.type, length), read: elementsOf(element, length, length) };
}

/** Its fields in order, by their names in JSON. */
export function container(fields: Fields): Composite {
  return { type: new ContainerType(typesOf(fields)), read: membersOf(fields) };
}

/** All of whose fields are there: no fork has dropped one yet. */
export function progressiveContainer(fields: Fields): Composite {
  const active = Object.keys(fields).map(() => true);
  return { type: new ProgressiveContainerType(typesOf(fields), active), read: membersOf(fields) };
}

function typesOf(fields: Fields): Record<string, BasicType<unknown> | CompositeType<unknown, unknown, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type]));
}

function membersOf(fields: Fields): (field: Field) => unknown {
  const entries = Object.entries(fields);
  return (field) => Object.fromEntries(entries.map(([name, { read }]) => [name, read(field.member(name))]));
}

function elementsOf({ read }: Shape<unknown>, lengthMin: number, lengthMax: number): (field: Field) => unknown {
  return (field) => {
    const elements = field.elements();
    if (elements.length > lengthMax) throw field.wrong(`must not hold more than ${lengthMax} elements`, 'ssz_limit');
    if (elements.length < lengthMin) throw field.wrong(`must hold ${lengthMin} elements`);
    return elements.map(read);
  };
}

function bitsOf(field: Field, bitsMax: number): BitArray {
  const { bits, digits } = readBitlist(field, bitsMax);
  return new BitArray(fromHex(digits), bits);
}
