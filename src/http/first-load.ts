import type { KeyLoading } from '../keys/key-loading.ts';

/**
 * Have all keys been looked at once? Until then a key that is not known may be one that is still to come. It is
 * asked before each reload begins, so that a reload is never taken for the first load.
 */
export class FirstLoad {
  readonly #loading: Pick<KeyLoading, 'state'>;
  #over = false;

  constructor(loading: Pick<KeyLoading, 'state'>) {
    this.#loading = loading;
  }

  /** A load that failed as a whole has looked at nothing: it is not over until one has gone through. */
  get over(): boolean {
    const { state } = this.#loading;
    this.#over ||= state === 'completed' || state === 'completed_with_errors';
    return this.#over;
  }
}
