import { inspect } from 'node:util';
import { Fault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import { readSmallFile } from './small-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** No password or key is longer than this; a path to a log or a disk image is a mistake. */
const fileRules = {
  what: 'the secret file',
  bytesMax: 64 * 1024,
  forbiddenMode: 0o007,
  ifMissing: 'write the secret into it, or correct the path',
};

const redacted = '[secret]';

/**
 * A secret as the configuration names it: `env:NAME`, `file:PATH` or, where that is allowed, the text itself. It is
 * looked up only when it is needed, and it prints as its reference or as `[secret]`.
 */
export class Secret {
  readonly #read: () => Uint8Array;
  /** `env:NAME`, `file:PATH` or `[secret]`: may be printed. */
  readonly reference: string;

  /** Does the secret stand in the configuration itself? */
  get isLiteral(): boolean {
    return this.reference === redacted;
  }

  private constructor(reference: string, read: () => Uint8Array) {
    this.reference = reference;
    this.#read = read;
  }

  /** The secret that `text` refers to, or null when it is neither `env:NAME` nor `file:PATH`. */
  static parse(text: string, env: Environment): Secret | null {
    const colon = text.indexOf(':');
    const name = text.slice(colon + 1);
    if (name === '') return null;
    switch (text.slice(0, colon)) {
      case 'env':
        return new Secret(text, () => readVariable(env, name));
      case 'file':
        return new Secret(text, () => readSecretFile(name));
      default:
        return null;
    }
  }

  /** A secret that stands in the configuration itself. */
  static literal(text: string): Secret {
    const bytes = new SecretBytes(Buffer.from(text, 'utf8'));
    return new Secret(redacted, () => Uint8Array.from(bytes.reveal()));
  }

  /**
   * The secret's bytes, UTF-8, a fresh copy that the caller wipes; one line end at the end of a file is not part of it.
   *
   * @throws Fault `config_invalid` when the variable is not set or empty, or the file cannot be read, is empty, or is
   *   open to other users
   */
  resolve(): SecretBytes {
    const bytes = this.#read();
    if (bytes.length === 0) throw new Fault('config_invalid', `the secret ${this.reference} is empty`);
    return new SecretBytes(bytes);
  }

  /** Is it named in the same way, or written as the same text? */
  isSame(other: Secret): boolean {
    if (this.reference !== other.reference) return false;
    if (!this.isLiteral) return true;
    using mine = this.resolve();
    using theirs = other.resolve();
    return Buffer.compare(mine.reveal(), theirs.reveal()) === 0;
  }

  toString(): string {
    return this.reference;
  }

  toJSON(): string {
    return this.reference;
  }

  [inspect.custom](): string {
    return this.reference;
  }
}

function readVariable(env: Environment, name: string): Uint8Array {
  const text = env[name];
  if (text !== undefined) return new TextEncoder().encode(text);
  throw new Fault('config_invalid', `the environment variable ${name}, named as a secret, is not set`);
}

function readSecretFile(path: string): Uint8Array {
  const { bytes } = readSmallFile(path, fileRules);
  const end = bytes.at(-1) !== 0x0a ? bytes.length : bytes.at(-2) === 0x0d ? bytes.length - 2 : bytes.length - 1;
  const secret = Uint8Array.from(bytes.subarray(0, end));
  bytes.fill(0);
  return secret;
}
