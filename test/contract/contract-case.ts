import type { Guard, GuardOptions } from '../../src/protection/guard.ts';
import type { MarkStore } from '../../src/protection/store.ts';

/** A store that a suite may use and throw away. */
export interface OpenedStore {
  readonly store: MarkStore;
  /** Ends the store that is open and opens the same place again. Missing where marks die with the process. */
  readonly reopen?: () => Promise<MarkStore>;
  /** Ends what is open and removes everything that it left. */
  destroy(): Promise<void>;
}

/** Makes an empty store at a place of its own. */
export type OpenStore = () => Promise<OpenedStore>;

export type MakeGuard = (options: GuardOptions) => Pick<Guard, 'admit'>;

/** One promise of the store port. It knows no test runner, so that `test/sabotage/` can ask it about broken stores. */
export interface ContractCase {
  readonly name: string;
  /** @throws when the store breaks the promise */
  run(bench: Bench): Promise<void>;
}

export interface Bench {
  readonly open: OpenStore;
  /** The guard that stands before the store; the real one, except in `test/sabotage/`. */
  readonly makeGuard: MakeGuard;
  /** How many random histories a case may play; slow stores take fewer. */
  readonly histories: number;
  /** Is a history that fails made as short as it can be? That takes long, and only a person wants it. */
  readonly shrinks: boolean;
  /** Does the store itself refuse what lies at or above a stop line, as one must that several signers share? */
  readonly stopsInStore: boolean;
  /** The seed of everything random. */
  readonly seed: number;
}

/** Opens a store for `use`, and removes it whatever happens. */
export async function withStore(open: OpenStore, use: (opened: OpenedStore) => Promise<void>): Promise<void> {
  const opened = await open();
  try {
    await use(opened);
  } finally {
    await opened.destroy();
  }
}
