import { dirname, resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { SecretBytes } from '../../base/secret-bytes.ts';
import { unusable } from './key-files.ts';
import type { Fields } from './yaml-documents.ts';

/** What one descriptor says: a key itself, or where it lies encrypted. */
export type Descriptor =
  | { readonly kind: 'raw'; /** 32 bytes, big-endian. */ readonly secret: SecretBytes }
  | ({ readonly kind: 'keystore' } & KeystorePlace);

/** Absolute paths. */
export interface KeystorePlace {
  readonly keystoreFile: string;
  readonly passwordFile: string;
}

const members: Readonly<Record<'file-raw' | 'file-keystore', readonly string[]>> = {
  'file-raw': ['type', 'keyType', 'privateKey'],
  'file-keystore': ['type', 'keyType', 'keystoreFile', 'keystorePasswordFile'],
};

/**
 * Reads a descriptor as Web3Signer and Containment Chamber write it.
 *
 * @param path of the file it stands in: other files are named from its folder
 * @throws Fault `vault_invalid`, or `key_invalid` when the private key has not the form of one. No text quotes a value
 *   that may be a secret
 */
export function readDescriptor(fields: Fields, path: string): Descriptor {
  const type = typeOf(fields);
  checkMembers(fields, members[type]);
  checkKeyType(fields.get('keyType'));
  if (type === 'file-raw') return { kind: 'raw', secret: secretOf(present(fields, 'privateKey')) };
  const named = (name: string) => resolve(dirname(path), present(fields, name));
  return { kind: 'keystore', keystoreFile: named('keystoreFile'), passwordFile: named('keystorePasswordFile') };
}

function typeOf(fields: Fields): 'file-raw' | 'file-keystore' {
  const type = fields.get('type');
  if (type === 'file-raw' || type === 'file-keystore') return type;
  const expected = 'file-raw and file-keystore are understood';
  if (type === undefined) throw unusable(`"type" is missing: ${expected}`);
  throw unusable(`keys of type ${shown(type)} are not built: ${expected}`);
}

function checkMembers(fields: Fields, known: readonly string[]): void {
  for (const name of fields.keys()) {
    if (!known.includes(name))
      throw unusable(`${shown(name)} is not understood here; this type has ${known.join(', ')}`);
  }
}

function checkKeyType(keyType: string | undefined): void {
  if (keyType === undefined || keyType === 'BLS') return;
  throw unusable(`keys of keyType ${shown(keyType)} are not built: validators sign with BLS`);
}

function present(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === '') throw unusable(`"${name}" is missing`);
  return value;
}

function secretOf(text: string): SecretBytes {
  const hex = /^(?:0x)?([0-9a-fA-F]{64})$/u.exec(text)?.[1];
  if (hex === undefined) {
    throw new Fault('key_invalid', 'privateKey is not 64 hex digits', { facts: { gone: true } });
  }
  const bytes = new Uint8Array(32);
  Buffer.from(bytes.buffer).write(hex, 'hex');
  return new SecretBytes(bytes);
}

/** Somebody may have put the secret where a name belongs. */
function shown(text: string): string {
  return /^[A-Za-z][\w-]{0,30}$/u.test(text) && !/[0-9a-fA-F]{12}/u.test(text) ? `"${text}"` : 'with a strange name';
}
