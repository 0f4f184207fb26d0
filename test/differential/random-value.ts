import {
  BitArray,
  BitListType,
  BitVectorType,
  BooleanType,
  ByteListType,
  ByteVectorType,
  ContainerType,
  ListBasicType,
  ListCompositeType,
  ProgressiveBitListType,
  ProgressiveByteListType,
  ProgressiveContainerType,
  ProgressiveListBasicType,
  ProgressiveListCompositeType,
  type Type,
  UintBigintType,
  UintNumberType,
  VectorBasicType,
  VectorCompositeType,
} from '@chainsafe/ssz';
import type { Random } from '../simulate/random.ts';

/** Long enough that a list of bits or bytes has several chunks, and that its last one is sometimes full. */
const bitsMax = 600;
const bytesMax = 100;
const elementsMax = 3;

/** Any value of a type of the library; numbers stay below 2^53, where it stops to be exact. */
export function randomValue(type: Type<unknown>, random: Random): unknown {
  if (type instanceof UintNumberType) return Number(randomUint(random, Math.min(type.byteLength * 8, 53)));
  if (type instanceof UintBigintType) return randomUint(random, type.byteLength * 8);
  if (type instanceof BooleanType) return random.chance(50);
  if (type instanceof ByteVectorType) return randomBytes(random, type.lengthBytes);
  if (type instanceof ByteListType) return randomBytes(random, randomLength(random, bytesMax, type.limitBytes));
  if (type instanceof ProgressiveByteListType) return randomBytes(random, randomLength(random, bytesMax));
  if (type instanceof BitVectorType) return randomBits(random, type.lengthBits);
  if (type instanceof BitListType || type instanceof ProgressiveBitListType) {
    return randomBits(random, randomLength(random, bitsMax, type.limitBits));
  }
  return randomSeries(type, random) ?? randomMembers(type, random);
}

function randomSeries(type: Type<unknown>, random: Random): unknown {
  const elements = (of: unknown, length: number): unknown[] =>
    Array.from({ length }, () => randomValue(of as Type<unknown>, random));
  if (type instanceof VectorBasicType || type instanceof VectorCompositeType) {
    return elements(type.elementType, type.length);
  }
  const isList = type instanceof ListBasicType || type instanceof ListCompositeType;
  if (isList || type instanceof ProgressiveListBasicType || type instanceof ProgressiveListCompositeType) {
    return elements(type.elementType, randomLength(random, elementsMax, type.limit));
  }
  return null;
}

function randomMembers(type: Type<unknown>, random: Random): unknown {
  if (!(type instanceof ContainerType || type instanceof ProgressiveContainerType)) {
    throw new TypeError(`no random values of ${type.typeName}`);
  }
  const fields = Object.entries(type.fields as Record<string, Type<unknown>>);
  return Object.fromEntries(fields.map(([name, field]) => [name, randomValue(field, random)]));
}

/** All sizes are as likely, so that small numbers and large ones both come. */
function randomUint(random: Random, bits: number): bigint {
  let value = 0n;
  for (let left = random.below(bits + 1); left > 0; left -= 1) value = value * 2n + BigInt(random.below(2));
  return value;
}

/** Often the most there may be, where that is near. */
function randomLength(random: Random, usualMax: number, limit = Infinity): number {
  if (limit <= 4 * usualMax && random.chance(10)) return limit;
  return random.below(Math.min(usualMax, limit) + 1);
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function randomBits(random: Random, length: number): BitArray {
  return BitArray.fromBoolArray(Array.from({ length }, () => random.chance(50)));
}
