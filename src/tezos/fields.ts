import { skipMicheline, skipMichelineField } from './micheline.ts';
import { malformed, type Reader, unknownTag } from './reader.ts';

/** Steps over one field of an operation. @throws Fault `truncated`, `unknown_kind`, `malformed_request` */
export type Field = (reader: Reader) => void;

/** `length` bytes of any value. */
export function fixed(length: number): Field {
  return (reader) => void reader.take(length);
}

/** One field after the other. */
export function sequence(...fields: readonly Field[]): Field {
  return (reader) => {
    for (const field of fields) field(reader);
  };
}

/** A length in 4 bytes, and as many bytes of any value. */
export const bytes: Field = (reader) => void reader.dynamic();

/** A length in 2 bytes, and as many bytes of any value. */
export const shortBytes: Field = (reader) => void reader.take(reader.u16());

/** A variable-length number. */
export const zarith: Field = (reader) => reader.zarith();

export const micheline: Field = skipMicheline;

/** A length in 4 bytes and one Micheline expression. */
export const michelineField: Field = skipMichelineField;

/** A length in 4 bytes, and as many items as fill it. Each item takes at least one byte, so the loop ends. */
export function list(item: Field): Field {
  return (reader) => {
    const items = reader.dynamic();
    while (items.left > 0) item(items);
  };
}

/** A flag (0 or 255), and the field when it is there. */
export function optional(field: Field): Field {
  return (reader) => {
    if (reader.flag()) field(reader);
  };
}

/** As `optional`, and absent also where the request ends: operations from before the field existed end there. */
export function optionalAtEnd(field: Field): Field {
  return (reader) => {
    if (reader.left > 0) optional(field)(reader);
  };
}

/** A tag, and the field that it stands for. */
export function tagged(cases: ReadonlyMap<number, Field>): Field {
  return (reader) => {
    const tag = reader.u8();
    const field = cases.get(tag);
    if (field === undefined) throw unknownTag(tag);
    field(reader);
  };
}

/** A tag from 0 on, and the field that it stands for. */
export function oneOf(...cases: readonly Field[]): Field {
  return tagged(new Map(cases.entries()));
}

/** A yes or no in one byte, 255 or 0. */
export const flag: Field = (reader) => void reader.flag();

const hash = fixed(20);

/** A public key hash: the tag of its curve, 20 bytes. */
export const keyHash: Field = oneOf(hash, hash, hash, hash);

/** A public key: the tag of its curve, 32, 33, 33 or 48 bytes. */
export const publicKey: Field = oneOf(fixed(32), fixed(33), fixed(33), fixed(48));

/** What every operation of an account begins with: source, fee, counter, gas limit, storage limit. */
export const manager: Field = sequence(keyHash, zarith, zarith, zarith, zarith);

/**
 * Where a transaction goes, 22 bytes: an account (its key hash), or a contract (1), a smart rollup (3) or a ZK rollup
 * (4), with one byte of padding. Answers whether it is an account.
 */
export function readDestination(reader: Reader): 'account' | 'contract' {
  const tag = reader.u8();
  if (tag === 0) {
    keyHash(reader);
    return 'account';
  }
  if (tag !== 1 && tag !== 3 && tag !== 4) throw unknownTag(tag);
  hash(reader);
  if (reader.u8() !== 0) throw malformed('the padding of an address is not 0');
  return 'contract';
}

export const destination: Field = (reader) => void readDestination(reader);
