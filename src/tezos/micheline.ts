import { malformed, type Reader, unknownTag } from './reader.ts';

/** Deeper than any contract that was ever deployed; the parser's own recursion stays well inside the stack. */
const depthMax = 1_000;
/** An operation has at most 32 KiB and a node at least 2 bytes; packed data may be longer. */
const nodesMax = 65_536;

/** Steps over one Micheline expression. @throws Fault `truncated`, `unknown_kind`, `malformed_request` */
export function skipMicheline(reader: Reader): void {
  skipNode(reader, { nodesLeft: nodesMax, depth: 0 });
}

/** Steps over a field that says its length and holds one Micheline expression. */
export function skipMichelineField(reader: Reader): void {
  const field = reader.dynamic();
  skipMicheline(field);
  if (field.left > 0) throw malformed('an expression is shorter than its field says');
}

interface Budget {
  nodesLeft: number;
  depth: number;
}

interface Primitive {
  readonly args: number;
  readonly annotated: boolean;
}

/** What follows a primitive, by tag; tag 9 has any number of arguments, with their length. */
const primitives = new Map<number, Primitive>([
  [3, { args: 0, annotated: false }],
  [4, { args: 0, annotated: true }],
  [5, { args: 1, annotated: false }],
  [6, { args: 1, annotated: true }],
  [7, { args: 2, annotated: false }],
  [8, { args: 2, annotated: true }],
]);

function skipNode(reader: Reader, budget: Budget): void {
  budget.nodesLeft -= 1;
  if (budget.nodesLeft < 0) throw malformed(`an expression has more than ${nodesMax} nodes`);
  const tag = reader.u8();
  const primitive = primitives.get(tag);
  if (primitive !== undefined) skipPrimitive(reader, budget, primitive);
  else if (tag === 0) reader.zarith();
  else if (tag === 1 || tag === 10) reader.dynamic();
  else if (tag === 2) skipNodes(reader.dynamic(), budget);
  else if (tag === 9) skipLongPrimitive(reader, budget);
  else throw unknownTag(tag);
}

function skipPrimitive(reader: Reader, budget: Budget, { args, annotated }: Primitive): void {
  reader.u8();
  for (let left = args; left > 0; left -= 1) descend(reader, budget);
  if (annotated) reader.dynamic();
}

function skipLongPrimitive(reader: Reader, budget: Budget): void {
  reader.u8();
  skipNodes(reader.dynamic(), budget);
  reader.dynamic();
}

function skipNodes(nodes: Reader, budget: Budget): void {
  while (nodes.left > 0) descend(nodes, budget);
}

function descend(reader: Reader, budget: Budget): void {
  if (budget.depth >= depthMax) throw malformed(`an expression is nested deeper than ${depthMax}`);
  budget.depth += 1;
  skipNode(reader, budget);
  budget.depth -= 1;
}
