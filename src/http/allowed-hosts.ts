import { Fault } from '../base/fault.ts';

/**
 * Which `Host` headers are answered. A browser that was tricked into resolving a foreign name to this machine sends
 * that name (DNS rebinding); it is turned away before anything is looked at.
 */
export class AllowedHosts {
  readonly #names: ReadonlySet<string> | null;

  /** @param names host names or addresses, lower case and without port; null allows every host */
  constructor(names: readonly string[] | null) {
    this.#names = names === null ? null : new Set(names);
  }

  /**
   * @param header the `Host` header, with or without a port
   * @throws Fault `host_not_allowed`, which names the option to change
   */
  check(header: string | undefined): void {
    if (this.#names === null) return;
    const name = hostName(header ?? '');
    if (name !== '' && this.#names.has(name)) return;
    const shown = name === '' ? 'an empty Host header' : `the host ${JSON.stringify(name.slice(0, 100))}`;
    throw new Fault('host_not_allowed', `Host not authorized: ${shown} is not in server.allowed_hosts`);
  }
}

function hostName(header: string): string {
  const bracketed = /^\[([^\]]*)\]/u.exec(header);
  if (bracketed !== null) return (bracketed[1] ?? '').toLowerCase();
  return (header.split(':', 1)[0] ?? '').toLowerCase();
}
