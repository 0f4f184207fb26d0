import { assert, type Fault, isFault } from '../../base/fault.ts';
import { type Lane, laneId } from '../../protection/lane.ts';
import { laneNeverSeen, type LaneState, type Mark, merge } from '../../protection/mark.ts';
import { budget } from './budget.ts';
import type { Connections, Conversation } from './connections.ts';
import type { Home } from './home.ts';
import { withRetries } from './retry.ts';
import { arrayOf, laneArrays, laneOf, markArrays, recordOf, type Row } from './row.ts';
import type { Statements } from './statements.ts';

/** A change that an operator makes to one lane. */
export type Edit =
  | { readonly kind: 'raise'; readonly lane: Lane; readonly mark: Mark }
  | { readonly kind: 'close' | 'open'; readonly lane: Lane };

/** What the lane holds afterwards, or why it cannot be read. */
export type Edited = { readonly state: LaneState } | { readonly fault: Fault };

export interface EditsOptions {
  readonly connections: Connections;
  readonly statements: Statements;
  readonly home: Home;
}

/** Makes many edits in one transaction, each after the one before it. */
export class Edits {
  readonly #options: EditsOptions;

  constructor(options: EditsOptions) {
    this.#options = options;
  }

  async run(edits: readonly Edit[]): Promise<readonly Edited[]> {
    const { connections, home } = this.#options;
    return await withRetries(async () => {
      const done = await connections.transaction(budget.lockMs, async (conversation) => {
        const rows = await this.#lock(conversation, edits);
        await home.check(rows);
        const result = apply(rows, edits);
        if (result.changed.size > 0) await this.#write(conversation, [...result.changed.values()]);
        return result.answers;
      });
      return done;
    });
  }

  /** Makes the rows that are missing, and holds all of them, in the order of their names as everyone does. */
  async #lock({ ask }: Conversation, edits: readonly Edit[]): Promise<readonly Row[]> {
    const lanes = new Map(edits.map(({ lane }) => [laneId(lane), lane]));
    const values = laneArrays([...lanes.values()]);
    await ask({ text: this.#options.statements.prepareEdit, values });
    const rows = await ask({ text: this.#options.statements.lockForEdit, values });
    assert(rows.length === lanes.size, 'every lane that is edited has a row');
    return rows;
  }

  async #write({ ask }: Conversation, changed: readonly Changed[]): Promise<void> {
    const values = [
      ...laneArrays(changed.map(({ lane }) => lane)),
      ...markArrays(changed.map(({ state }) => state.mark)),
      arrayOf(changed.map(({ state }) => state.closed)),
    ];
    await ask({ text: this.#options.statements.edit, values });
  }
}

interface Changed {
  readonly lane: Lane;
  readonly state: LaneState;
}

interface Applied {
  readonly answers: readonly Edited[];
  readonly changed: ReadonlyMap<string, Changed>;
}

function apply(rows: readonly Row[], edits: readonly Edit[]): Applied {
  const states = new Map(rows.map((row) => [laneId(laneOf(row)), readState(row)]));
  const changed = new Map<string, Changed>();
  const answers = edits.map((edit): Edited => {
    const id = laneId(edit.lane);
    const before = states.get(id) ?? laneNeverSeen;
    if (isFault(before)) return { fault: before };
    const state = edited(before, edit);
    states.set(id, state);
    changed.set(id, { lane: edit.lane, state });
    return { state };
  });
  return { answers, changed };
}

function readState(row: Row): LaneState | Fault {
  try {
    const { mark, closed } = recordOf(row);
    return { mark, closed };
  } catch (error) {
    if (isFault(error, 'store_corrupt')) return error;
    throw error;
  }
}

function edited({ mark, closed }: LaneState, edit: Edit): LaneState {
  if (edit.kind !== 'raise') return { mark, closed: edit.kind === 'close' };
  return { mark: mark === null ? edit.mark : merge(mark, edit.mark), closed };
}
