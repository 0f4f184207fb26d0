import { type Statements, statementsOf } from '../../src/stores/postgres/statements.ts';

/** A fault in one statement of the Postgres store, and the promise that it must be found to break. */
export interface BrokenStatement {
  readonly name: string;
  readonly make: (schema: string) => Statements;
  readonly breaks: string;
}

const stops = 'a store that several signers share refuses at its stop line, and at no other';
const history = 'answers every random history as the pure rule does';

export const brokenStatements: readonly BrokenStatement[] = [
  {
    name: 'a closed lane advances',
    make: advanceWith('NOT m.closed AND ', ''),
    breaks: 'closing keeps the mark, binds every call, and opening goes on from there',
  },
  {
    name: 'the same height again',
    make: advanceWith('m.height < excluded.height OR', 'm.height <= excluded.height OR'),
    breaks: 'of many conflicting advances released together exactly one wins',
  },
  { name: 'the round is not looked at', make: advanceWith(' AND m.round < excluded.round', ''), breaks: history },
  { name: 'the floor may fall', make: advanceWith('m.floor <= excluded.floor AND', 'true AND'), breaks: history },
  { name: 'a floor above the height', make: advanceWith('floor <= height AND', 'true AND'), breaks: history },
  {
    name: 'the stop line is not looked at',
    make: advanceWith("c.chain = 'ethereum' AND s.network", 'false AND s.network'),
    breaks: stops,
  },
  {
    name: 'the stop line is passed by one',
    make: advanceWith('c.height >= CASE', 'c.height > CASE'),
    breaks: stops,
  },
  {
    name: 'blocks stop at the epoch',
    make: advanceWith("WHEN 'block' THEN s.slot", "WHEN 'block' THEN s.epoch"),
    breaks: stops,
  },
  {
    name: 'what was found is what was written',
    make: advanceWith(
      'RETURNING chain, network, key, duty, was_height',
      'RETURNING chain, network, key, duty, m.height',
    ),
    breaks: history,
  },
  {
    name: 'numbers are doubles',
    make: advanceWith('m.height < excluded.height OR', 'm.height::float8 < excluded.height::float8 OR'),
    breaks: 'compares numbers at every boundary of both chains',
  },
  {
    name: 'duties share a row when they are read',
    make: (schema) => {
      const sound = statementsOf(schema);
      return {
        ...sound,
        read: sound.read
          .replace('(chain, network, key, duty)', '(chain, network, key, some)')
          .replace('USING (chain, network, key, duty)', 'USING (chain, network, key)'),
      };
    },
    breaks: history,
  },
  {
    name: 'a page goes on from where it began',
    make: (schema) => ({
      ...statementsOf(schema),
      page: statementsOf(schema).page.replace('$4) ORDER', "$4) AND m.duty <> 'block' ORDER"),
    }),
    breaks: history,
  },
  {
    name: 'an edit forgets the floor',
    make: (schema) => ({
      ...statementsOf(schema),
      edit: statementsOf(schema).edit.replace('floor = c.floor', 'floor = coalesce(m.floor, c.floor)'),
    }),
    breaks: 'a raised mark binds, a missing root never repeats, a closed lane stays closed',
  },
];

function advanceWith(sound: string, broken: string): (schema: string) => Statements {
  return (schema) => {
    const statements = statementsOf(schema);
    if (!statements.advance.includes(sound)) throw new Error(`nothing to break: ${sound}`);
    return { ...statements, advance: statements.advance.replace(sound, broken) };
  };
}
