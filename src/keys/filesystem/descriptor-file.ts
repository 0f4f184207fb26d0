import { type Fault, isFault } from '../../base/fault.ts';
import type { SecretBytes } from '../../base/secret-bytes.ts';
import { type KeystorePlace, readDescriptor } from './descriptor.ts';
import { type KeyFile, unusable } from './key-files.ts';
import { eventLoopTurn } from './lanes.ts';
import { refuseOpenToAll } from './password-file.ts';
import { documentsOf, fieldsOf, type YamlDocument } from './yaml-documents.ts';

/** What one document of a descriptor file comes to. */
export type Part =
  | { readonly kind: 'raw'; readonly place: string; readonly secret: SecretBytes }
  | ({ readonly kind: 'keystore'; readonly place: string } & KeystorePlace)
  | { readonly kind: 'bad'; readonly place: string; readonly fault: Fault };

/** As Web3Signer bounds it: room for half a million keys. */
export const descriptorFileBytesMax = 104_857_600;
/** Documents between two turns of the event loop: a millisecond or so. */
const documentsAtOnce = 200;

/**
 * Reads the documents of a descriptor file. One that cannot be understood is a part like the others, with the reason.
 *
 * @param file wiped when it is read
 * @returns at least one part
 * @throws Fault `vault_invalid` when the file holds secrets and every user of the machine can read it, when it is not
 *   UTF-8, or when it holds nothing
 */
export async function readDescriptorFile(path: string, file: KeyFile): Promise<readonly Part[]> {
  const parts: Part[] = [];
  try {
    const documents = [...documentsOf(textOf(path, file.bytes))];
    if (documents.length === 0) throw unusable(`${path} is empty; it should describe a key`);
    for (const [index, document] of documents.entries()) {
      const place = documents.length === 1 ? path : `${path}, entry ${index + 1}`;
      parts.push(partOf(document, { path, place }));
      if (index % documentsAtOnce === documentsAtOnce - 1) await eventLoopTurn();
    }
    if (parts.some(({ kind }) => kind === 'raw')) refuseOpenToAll(path, file);
    return parts;
  } catch (error) {
    for (const part of parts) if (part.kind === 'raw') part.secret.wipe();
    throw error;
  } finally {
    file.bytes.fill(0);
  }
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unusable(`${path} is not UTF-8`);
  }
}

function partOf(document: YamlDocument, { path, place }: { path: string; place: string }): Part {
  try {
    return { ...readDescriptor(fieldsOf(document), path), place };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { kind: 'bad', place, fault: error };
  }
}
