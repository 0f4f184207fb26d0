import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { errnoOf, Fault } from '../../base/fault.ts';

/** Where a database is and who asks there. It holds the password in a closure only, so that nothing prints it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Empty when none was given. */
  readonly password: () => string;
  /** Null: without TLS. */
  readonly tls: ConnectionOptions | null;
  /** `host:port/database`, for messages to the operator. */
  readonly name: string;
}

export interface AddressText {
  /** `postgres://user:password@host:port/database?sslmode=verify-full` */
  readonly url: string;
  /** In place of the one in the URL; null for that one. */
  readonly password: string | null;
  /** May the connection to another machine be without TLS? */
  readonly allowPlaintext: boolean;
  /** The setting that holds the URL, such as `anti_slashing.url`. */
  readonly setting: string;
}

const expected =
  'expected postgres://user@host:5432/database, with sslmode, sslrootcert, sslcert, sslkey or host after a "?"';
const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host'] as const;

/** @throws Fault `config_invalid`, which names the setting and quotes nothing of its value but what cannot be secret */
export function addressOf(text: AddressText): Address {
  const url = parse(text);
  const { hostname, port, pathname, username, searchParams } = url;
  for (const name of searchParams.keys())
    if (!parameters.some((one) => one === name))
      throw misfit(text, `it has a parameter ${JSON.stringify(name)} that is not known`);
  const host = searchParams.get('host') ?? decode(text, hostname).replaceAll(/^\[|\]$/gu, '');
  const database = decode(text, pathname.slice(1));
  const user = decode(text, username);
  if (host === '') throw misfit(text, 'it names no host');
  if (user === '') throw misfit(text, 'it names no user');
  if (database === '' || database.includes('/')) throw misfit(text, 'it names no database');
  const password = text.password ?? decode(text, url.password);
  const number = port === '' ? 5432 : Number(port);
  const name = host.startsWith('/') ? `${host} ${database}` : `${host}:${number}/${database}`;
  return { host, port: number, user, database, password: () => password, tls: tlsOf(text, host, searchParams), name };
}

function parse(text: AddressText): URL {
  // Not the parser's own error: it quotes what it could not read.
  const url = URL.canParse(text.url) ? new URL(text.url) : null;
  if (url === null) throw misfit(text, 'it is no URL (special characters of a password are written as %40 and so on)');
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw misfit(text, 'it does not begin with postgres://');
  return url;
}

function decode(text: AddressText, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw misfit(text, 'it has a "%" that is not followed by two hex digits; "%" itself is written as %25');
  }
}

function tlsOf(text: AddressText, host: string, url: URLSearchParams): ConnectionOptions | null {
  const mode = url.get('sslmode') ?? (host.startsWith('/') ? 'disable' : 'verify-full');
  const ca = pem(text, url, 'sslrootcert');
  const cert = pem(text, url, 'sslcert');
  const key = pem(text, url, 'sslkey');
  if (mode === 'disable') {
    if (isLocal(host) || text.allowPlaintext) return null;
    throw misfit(
      text,
      'sslmode=disable sends the password and every mark in the clear to another machine; remove it, or set allow_plaintext: true beside the url where the network itself is encrypted',
    );
  }
  // `require` asks for less; nothing that encrypts without looking at the certificate is offered.
  if (mode !== 'verify-full' && mode !== 'verify-ca' && mode !== 'require')
    throw misfit(text, `sslmode is ${JSON.stringify(mode)}; expected verify-full, verify-ca or disable`);
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const checkName = mode === 'verify-ca' ? () => undefined : checkServerIdentity;
  return { ...files, rejectUnauthorized: true, minVersion: 'TLSv1.2', checkServerIdentity: checkName };
}

/** A socket, or a loopback address. */
function isLocal(host: string): boolean {
  if (host.startsWith('/') || host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function pem(text: AddressText, url: URLSearchParams, name: (typeof parameters)[number]): Buffer | null {
  const path = url.get(name);
  if (path === null) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    throw misfit(text, `${name} names ${path}, which cannot be read (${errnoOf(error) ?? 'unknown'})`);
  }
}

function misfit({ setting }: AddressText, why: string): Fault {
  return new Fault('config_invalid', `${setting}: ${why}; ${expected}`);
}
