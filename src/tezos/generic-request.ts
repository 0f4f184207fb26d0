import { keyHash, manager, michelineField, readDestination } from './fields.ts';
import { ballots, type OperationKind, operationTags, pseudoOperations } from './kinds.ts';
import { bodies, bodiesOf022, type PlainKind } from './operation-bodies.ts';
import { malformed, Reader, unknownTag } from './reader.ts';
import type { SigningVersion } from './signing-version.ts';

/** Operations of accounts, delegates and rollups; they carry no chain id and nobody is slashed for them. */
export interface GenericRequest {
  readonly kind: 'generic';
  readonly chainId: null;
  /** The kind of each operation, in order; at least one. */
  readonly operations: readonly OperationKind[];
}

/** Magic byte and branch. */
const operationsAt = 33;
/** The chain takes at most 32 KiB, which holds some 1200 of the smallest. */
const operationsMax = 2_000;

const plainKinds = new Map<number, PlainKind>();
for (const kind of Object.keys(operationTags)) {
  if (isPlain(kind)) plainKinds.set(operationTags[kind], kind);
}

/**
 * Reads a batch of operations (0x03) down to their kinds; each body is read whole, since only its end tells where the
 * next one begins. Consensus operations are refused: their watermarks belong to requests 0x12 and 0x13.
 *
 * @throws Fault `truncated`, `unknown_kind`, `malformed_request`
 */
export function parseGenericRequest(message: Uint8Array, version: SigningVersion): GenericRequest {
  const reader = new Reader(message);
  reader.take(operationsAt);
  const operations: OperationKind[] = [];
  while (reader.left > 0) {
    if (operations.length === operationsMax) throw malformed(`a request holds more than ${operationsMax} operations`);
    operations.push(readOperation(reader, version));
  }
  if (operations.length === 0) throw malformed('a generic request holds no operation');
  return { kind: 'generic', chainId: null, operations };
}

function readOperation(reader: Reader, version: SigningVersion): OperationKind {
  const tag = reader.u8();
  if (tag === operationTags.transaction) return readTransaction(reader);
  if (tag === operationTags.ballot) return readBallot(reader);
  const kind = plainKinds.get(tag);
  const body = kind === undefined ? null : (version === 1 ? bodiesOf022 : bodies)[kind];
  if (kind === undefined || body === null) throw unknownTag(tag);
  body(reader);
  return kind;
}

/**
 * A transaction to one of the entrypoints that manage stake is an operation of its own, but only to an account: a
 * contract may have an entrypoint of that name, and who allows `stake` has not allowed to pay contracts.
 */
function readTransaction(reader: Reader): OperationKind {
  manager(reader);
  reader.zarith();
  const target = readDestination(reader);
  if (!reader.flag()) return 'transaction';
  const pseudo = readEntrypoint(reader);
  michelineField(reader);
  return pseudo !== null && target === 'account' ? pseudo : 'transaction';
}

const namedEntrypoint = 255;
const entrypointMax = 9;

/** Answers the operation that the entrypoint makes of a transaction, or null. */
function readEntrypoint(reader: Reader): OperationKind | null {
  const tag = reader.u8();
  if (tag === namedEntrypoint) reader.take(reader.u8());
  else if (tag > entrypointMax) throw unknownTag(tag);
  return pseudoOperations.get(tag) ?? null;
}

/** Source, period, proposal, vote. */
function readBallot(reader: Reader): OperationKind {
  keyHash(reader);
  reader.take(4);
  reader.take(32);
  const tag = reader.u8();
  const vote = ballots[tag];
  if (vote === undefined) throw unknownTag(tag);
  return `ballot:${vote}`;
}

function isPlain(kind: string): kind is PlainKind {
  return kind in bodies;
}
