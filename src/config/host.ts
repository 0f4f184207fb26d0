import { isIP } from 'node:net';

const name = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/iu;
const nameLengthMax = 253;

/** Addresses that mean "all of this machine's". */
const wildcards = new Set(['0.0.0.0', '::']);

/** An IP address or a host name, without brackets and port. */
export function isListenAddress(text: string): boolean {
  return isIP(text) !== 0 || (text.length <= nameLengthMax && name.test(text));
}

export function isWildcard(address: string): boolean {
  return wildcards.has(address);
}

/** May nobody but this machine's own processes reach a listener at this address? */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** What `server.allowed_hosts` may hold: a host name or an IP address, IPv6 with or without brackets, or `*`. */
export function isAllowedHost(text: string): boolean {
  return text === '*' || isListenAddress(text) || isIP(withoutBrackets(text)) === 6;
}

/** An allowed host as it is compared: lower case, IPv6 without brackets. */
export function comparableHost(text: string): string {
  return withoutBrackets(text).toLowerCase();
}

function withoutBrackets(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}

/** Reads Signatory's `host:port`; an empty host is every address. @returns null when the text is something else */
export function parseHostPort(text: string): { address: string; port: number } | null {
  const parts = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/iu.exec(text)?.groups;
  if (parts === undefined) return null;
  const address = parts['v6'] ?? (parts['host'] || '0.0.0.0');
  const port = Number(parts['port']);
  return isListenAddress(address) && port <= 65535 ? { address, port } : null;
}
