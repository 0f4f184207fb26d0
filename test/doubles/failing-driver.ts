import { type Driver, loadDriver } from '../../src/stores/sqlite/driver.ts';

const Database = await loadDriver();

/** When and how a call of the driver fails. */
export interface Plan {
  /** Which call fails, counted from 1 since the plan was made; Infinity for none. */
  readonly failAt: number;
  /** Does the call do its work before it fails? */
  readonly how: 'before' | 'after';
  /** Do all calls after it fail, too? */
  readonly lasting: boolean;
  readonly code: string;
  /** Counts the calls. */
  calls: number;
}

export const noPlan: Plan = { failAt: Infinity, how: 'before', lasting: false, code: '', calls: 0 };

/** The calls of a connection and of a statement that reach the disk. */
const failing: ReadonlySet<PropertyKey> = new Set(['exec', 'pragma', 'run', 'get', 'all', 'iterate']);

/** The real driver, except that what reaches the disk fails as the plan says. */
export class FailingDriver {
  plan: Plan = { ...noPlan };
  readonly driver: Driver = new Proxy(Database, {
    construct: (real, [path, options]: ConstructorParameters<Driver>) => this.#watched(new real(path, options)),
  });

  #watched<Target extends object>(target: Target): Target {
    const watched: Target = new Proxy(target, {
      get: (real, name) => {
        const value: unknown = Reflect.get(real, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const work = (): unknown => Reflect.apply(value, real, args);
          const result = failing.has(name) ? this.#tick(work) : work();
          if (result === real) return watched;
          return name === 'prepare' ? this.#watched(result as object) : result;
        };
      },
    });
    return watched;
  }

  #tick(work: () => unknown): unknown {
    const { plan } = this;
    plan.calls += 1;
    const fails = plan.lasting ? plan.calls >= plan.failAt : plan.calls === plan.failAt;
    if (!fails) return work();
    if (plan.how === 'after') leave(work());
    throw new Database.SqliteError('planted', plan.code);
  }
}

/** A connection whose iterator is open can do nothing else. */
function leave(result: unknown): void {
  if (typeof result === 'object' && result !== null && 'return' in result && typeof result.return === 'function')
    Reflect.apply(result.return, result, []);
}
