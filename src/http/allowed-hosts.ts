import { Fault } from '../base/fault.ts';

/**
 * Which `Host` headers are answered. A browser that was tricked into resolving a foreign name to this machine sends
 * that name (DNS rebinding); it is turned away before anything is looked at.
 */
export class AllowedHosts {
  readonly #names: ReadonlySet<string> | null;
  /** The last header that was allowed: a client sends the same one with each request. */
  #allowed: string | null = null;

  /** @param names host names or addresses, lower case and without port; null allows every host */
  constructor(names: readonly string[] | null) {
    this.#names = names === null ? null : new Set(names);
  }

  /**
   * @param header the `Host` header, with or without a port
   * @throws Fault `host_not_allowed`, which names the option to change
   */
  check(header: string | undefined): void {
    if (this.#names === null || header === this.#allowed) return;
    const name = hostName(header ?? '');
    if (name !== '' && this.#names.has(name)) {
      this.#allowed = header ?? null;
      return;
    }
    throw notAllowed(name === '' ? 'an empty Host header' : `the host ${shown(name)}`);
  }

  /**
   * A page of some other site can send a request here without asking, as long as its type is none that a browser would
   * ask for first; and bodies count here whatever their type. It cannot hide where it comes from.
   *
   * @param header the `Origin` header: browsers send it, validator clients do not
   * @throws Fault `host_not_allowed`
   */
  checkOrigin(header: string | undefined): void {
    if (header === undefined || this.#names === null) return;
    const name = hostName(header.replace(/^https?:\/\//u, ''));
    if (!this.#names.has(name)) throw notAllowed(`the origin ${shown(header)}`);
  }
}

function notAllowed(what: string): Fault {
  return new Fault('host_not_allowed', `Host not authorized: ${what} is not in server.allowed_hosts`);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function hostName(header: string): string {
  const bracketed = /^\[([^\]]*)\]/u.exec(header);
  if (bracketed !== null) return (bracketed[1] ?? '').toLowerCase();
  return (header.split(':', 1)[0] ?? '').toLowerCase();
}
