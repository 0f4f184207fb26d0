import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { promises as files } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { Fault, messageOf } from '../base/fault.ts';

export interface TlsFilesOptions {
  /** PEM: the server's certificate first, then those that lead to the root. */
  readonly certPath: string;
  /** PEM, not encrypted. */
  readonly keyPath: string;
  /** How often both files are looked at; 0 never looks again. */
  readonly reloadIntervalSeconds: number;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** A new pair is in use: when it ends to be valid. */
  readonly onRenewed: (notAfterMs: number) => void;
  /** The files hold something that cannot be used, and what was in use stays. Told once for each such pair. */
  readonly onRefused: (error: Fault) => void;
}

/** What a listener needs to be told. */
export type SecureOptions = Readonly<Pick<SecureContextOptions, 'cert' | 'key' | 'minVersion'>>;

/** A listener that can be given another certificate while it serves. */
interface Securable {
  setSecureContext(options: SecureContextOptions): void;
}

interface Pair {
  readonly secure: SecureOptions;
  /** Of the bytes of both files. */
  readonly fingerprint: string;
  readonly notAfterMs: number;
}

/** A certificate would be a few KB; a file without end must not fill the memory. */
const fileBytesMax = 1024 * 1024;

/**
 * The certificate and key of the TLS listener, in two files that somebody else renews. New connections get the new pair;
 * those that are open go on with the one they began with.
 */
export class TlsFiles {
  readonly #options: TlsFilesOptions;
  readonly #listeners = new Set<Securable>();
  #pair: Pair;
  #refused: string | null = null;
  #looking = false;
  readonly #timer: NodeJS.Timeout | null;

  private constructor(options: TlsFilesOptions, pair: Pair) {
    this.#options = options;
    this.#pair = pair;
    const everyMs = options.reloadIntervalSeconds * 1000;
    this.#timer = everyMs === 0 ? null : setInterval(() => void this.look(), everyMs).unref();
  }

  /** @throws Fault `config_invalid`, which names the option to change */
  static async open(options: TlsFilesOptions): Promise<TlsFiles> {
    return new TlsFiles(options, checked(await read(options), options));
  }

  /** When the pair in use ends to be valid, in milliseconds since 1970: for metrics. */
  get notAfterMs(): number {
    return this.#pair.notAfterMs;
  }

  /** What a new listener begins with; it is told of each renewal until the end. */
  secure<T extends Securable>(make: (options: SecureOptions) => T): T {
    const listener = make(this.#pair.secure);
    this.#listeners.add(listener);
    return listener;
  }

  /** Looks at the files now, and uses what they hold if it is new and good. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const texts = await read(this.#options);
      const fingerprint = fingerprintOf(texts);
      if (fingerprint === this.#pair.fingerprint) this.#refused = null;
      else if (fingerprint !== this.#refused) this.#renew(texts, fingerprint);
    } catch (error) {
      this.#refuse(error, messageOf(error));
    } finally {
      this.#looking = false;
    }
  }

  /** Looks no more. */
  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #renew(texts: Texts, fingerprint: string): void {
    try {
      const pair = checked(texts, this.#options);
      for (const listener of this.#listeners) listener.setSecureContext(pair.secure);
      this.#pair = pair;
      this.#refused = null;
      this.#options.onRenewed(pair.notAfterMs);
    } catch (error) {
      this.#refuse(error, fingerprint);
    }
  }

  #refuse(error: unknown, what: string): void {
    if (this.#refused === what) return;
    this.#refused = what;
    this.#options.onRefused(error instanceof Fault ? error : refusal(messageOf(error), error));
  }
}

interface Texts {
  readonly cert: Buffer;
  readonly key: Buffer;
}

async function read({ certPath, keyPath }: TlsFilesOptions): Promise<Texts> {
  const cert = await readFile('tls.file.cert_path', certPath);
  return { cert, key: await readFile('tls.file.key_path', keyPath) };
}

async function readFile(option: string, path: string): Promise<Buffer> {
  try {
    const { size } = await files.stat(path);
    if (size <= fileBytesMax) return await files.readFile(path);
  } catch (error) {
    throw refusal(`${option}: cannot read ${path}: ${messageOf(error)}`, error);
  }
  throw refusal(`${option}: ${path} is larger than ${fileBytesMax} bytes, so it is no PEM file`);
}

/** A pair that can serve now: both are PEM, belong together, and each certificate of the chain is valid. */
function checked(texts: Texts, { certPath, keyPath, nowMs }: TlsFilesOptions): Pair {
  const chain = certificatesOf(texts.cert, certPath);
  const [own] = chain;
  if (own === undefined) throw refusal(`tls.file.cert_path: ${certPath} holds no certificate in PEM`);
  if (!own.checkPrivateKey(privateKeyOf(texts.key, keyPath))) {
    throw refusal(`tls.file.key_path: the key in ${keyPath} is not that of the first certificate in ${certPath}`);
  }
  for (const certificate of chain) checkTime(certificate, certPath, nowMs());
  const secure: SecureOptions = { ...texts, minVersion: 'TLSv1.2' };
  try {
    createSecureContext(secure);
  } catch (error) {
    throw refusal(`tls.file: ${certPath} and ${keyPath} cannot be used together: ${messageOf(error)}`, error);
  }
  const notAfterMs = Math.min(...chain.map(({ validTo }) => Date.parse(validTo)));
  return { secure, fingerprint: fingerprintOf(texts), notAfterMs };
}

function certificatesOf(pem: Buffer, path: string): X509Certificate[] {
  const blocks = pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/gu) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw refusal(`tls.file.cert_path: a certificate in ${path} cannot be read: ${messageOf(error)}`, error);
  }
}

/** The library's own words are left out: nothing is known about what they quote of a key. */
function privateKeyOf(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw refusal(`tls.file.key_path: ${path} is no private key in PEM, or it is encrypted; it must be plain`);
  }
}

function checkTime({ validFrom, validTo, subject }: X509Certificate, path: string, nowMs: number): void {
  const name = subject.replaceAll('\n', ', ');
  if (nowMs < Date.parse(validFrom)) {
    throw refusal(`tls.file.cert_path: ${path}: the certificate of ${name} is not valid before ${validFrom}`);
  }
  if (nowMs > Date.parse(validTo)) {
    throw refusal(`tls.file.cert_path: ${path}: the certificate of ${name} expired on ${validTo}; renew it`);
  }
}

function fingerprintOf({ cert, key }: Texts): string {
  return createHash('sha256').update(createHash('sha256').update(cert).digest()).update(key).digest('hex');
}

function refusal(text: string, cause?: unknown): Fault {
  return new Fault('config_invalid', text, { cause });
}
