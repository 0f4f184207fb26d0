import { Fault, isFault } from '../base/fault.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../base/json.ts';
import { derivedLength, type KeystoreKdf, pbkdf2Kdf, scryptKdf } from './keystore-kdf.ts';

/** An EIP-2335 keystore of version 4, still locked. Nothing in it is secret, but whoever has it can try passwords. */
export interface Keystore {
  readonly kdf: KeystoreKdf;
  /** 32 bytes: SHA-256 of the second half of the derived key and the encrypted secret. */
  readonly checksum: Uint8Array;
  /** 16 bytes, for AES-128 in counter mode. */
  readonly iv: Uint8Array;
  /** 32 bytes: the encrypted secret. */
  readonly message: Uint8Array;
  /** 48 bytes: the public key that the file claims, or null when it claims none. */
  readonly publicKey: Uint8Array | null;
}

/** A keystore is about 1 KB long; its description may be longer. */
export const keystoreBytesMax = 64 * 1024;
const jsonLimits = { depthMax: 8, valuesMax: 256 };
const saltBytesMax = 256;

/**
 * Reads a keystore, strictly where it matters: the functions, their parameters, and all lengths. Members that take no
 * part in opening it (`path`, `uuid`, `description`, what tools add) are not looked at.
 *
 * @param bytes JSON
 * @throws Fault `keystore_invalid`, or `kdf_params` when its key derivation is out of bounds
 */
export function readKeystore(bytes: Uint8Array): Keystore {
  const document = parsed(bytes);
  if (Array.isArray(document))
    throw invalid('this is a JSON array, no keystore; deposit data is one, and belongs elsewhere');
  if (!isJsonObject(document)) throw invalid('this is no JSON object, so no keystore');
  const version = document.get('version');
  if (version !== 4n) throw invalid(`version is ${shown(version)}; a validator's keystore (EIP-2335) has version 4`);
  const crypto = objectIn(document, 'crypto', '');
  const cipher = moduleIn(crypto, 'cipher', 'aes-128-ctr');
  const checksum = moduleIn(crypto, 'checksum', 'sha256');
  return {
    kdf: kdfIn(crypto),
    checksum: hexIn(checksum.module, 'message', { at: checksum.at, length: 32 }),
    iv: hexIn(objectIn(cipher.module, 'params', cipher.at), 'iv', { at: `${cipher.at}params.`, length: 16 }),
    message: hexIn(cipher.module, 'message', { at: cipher.at, length: 32 }),
    publicKey: publicKeyIn(document),
  };
}

/** A part of `crypto`, and how errors begin the names of its members. */
interface Module {
  readonly module: JsonObject;
  readonly at: string;
}

function parsed(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes, jsonLimits);
  } catch (error) {
    if (!isFault(error)) throw error;
    const at = error.facts['offset'] === undefined ? '' : ` at byte ${error.facts['offset']}`;
    throw invalid(`this is not valid JSON (${error.code}${at})`);
  }
}

function kdfIn(crypto: JsonObject): KeystoreKdf {
  const { module, at } = moduleIn(crypto, 'kdf', 'scrypt', 'pbkdf2');
  const params = objectIn(module, 'params', at);
  const integer = (name: string) => integerIn(params, name, `${at}params.`);
  const length = integer('dklen');
  if (length !== BigInt(derivedLength)) {
    throw new Fault('kdf_params', `${at}params.dklen is not ${derivedLength}, the only length that EIP-2335 has`);
  }
  const salt = saltIn(params, `${at}params.`);
  if (module.get('function') === 'scrypt') {
    return scryptKdf({ n: integer('n'), r: integer('r'), p: integer('p'), salt });
  }
  const prf = params.get('prf');
  if (prf !== 'hmac-sha256') throw invalid(`${at}params.prf is ${shown(prf)}; it must be "hmac-sha256"`);
  return pbkdf2Kdf({ rounds: integer('c'), salt });
}

function moduleIn(crypto: JsonObject, name: string, ...functions: readonly string[]): Module {
  const module = objectIn(crypto, name, 'crypto.');
  const at = `crypto.${name}.`;
  const found = module.get('function');
  if (typeof found === 'string' && functions.includes(found)) return { module, at };
  const expected = functions.map((each) => `"${each}"`).join(' or ');
  throw invalid(`${at}function is ${shown(found)}; it must be ${expected}`);
}

function objectIn(parent: JsonObject, name: string, at: string): JsonObject {
  const value = parent.get(name);
  if (value !== undefined && isJsonObject(value)) return value;
  throw invalid(`${at}${name} ${value === undefined ? 'is missing' : 'is not an object'}`);
}

function integerIn(params: JsonObject, name: string, at: string): bigint {
  const value = params.get(name);
  if (typeof value === 'bigint') return value;
  throw new Fault('kdf_params', `${at}${name} ${value === undefined ? 'is missing' : 'is not an integer'}`);
}

function saltIn(params: JsonObject, at: string): Uint8Array {
  const salt = hexIn(params, 'salt', { at });
  if (salt.length > 0 && salt.length <= saltBytesMax) return salt;
  throw new Fault('kdf_params', `${at}salt has ${salt.length} bytes; it must have 1 to ${saltBytesMax}`);
}

function publicKeyIn(document: JsonObject): Uint8Array | null {
  const text = document.get('pubkey');
  if (text === undefined || text === null || text === '') return null;
  if (typeof text !== 'string') throw invalid('pubkey is not a text');
  const bytes = fromHexText(text.startsWith('0x') ? text.slice(2) : text);
  if (bytes?.length === 48) return bytes;
  throw invalid('pubkey is not 96 hex digits');
}

function hexIn(parent: JsonObject, name: string, { at, length }: { at: string; length?: number }): Uint8Array {
  const text = parent.get(name);
  if (text === undefined) throw invalid(`${at}${name} is missing`);
  const bytes = typeof text === 'string' ? fromHexText(text) : null;
  if (bytes === null) throw invalid(`${at}${name} is not a text of hex digits, two a byte`);
  if (length === undefined || bytes.length === length) return bytes;
  throw invalid(`${at}${name} has ${bytes.length} bytes; it must have ${length}`);
}

function fromHexText(text: string): Uint8Array | null {
  return /^(?:[0-9a-fA-F]{2})*$/u.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : null;
}

/** A value of a foreign file, as far as it may be shown: somebody may have put a secret there. */
function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return /^[\w-]{0,20}$/u.test(value) ? `"${value}"` : 'another text';
  return typeof value === 'bigint' && value >= 0n && value < 1000n ? value.toString() : 'something else';
}

function invalid(sentence: string): Fault {
  return new Fault('keystore_invalid', sentence);
}
