import { createRequire } from 'node:module';
import type { v1 } from '@google-cloud/firestore';
import { credentials as channels } from '@grpc/grpc-js';
import type { Budget } from './budget.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Place } from './place.ts';
import type { Fields } from './value.ts';

type Library = { readonly v1: typeof v1 };
type RawClient = InstanceType<typeof v1.FirestoreClient>;

/** A document as it stands. */
interface StoredDocument {
  readonly fields: Fields;
  /** Goes back to the service as it came. */
  readonly updateTime: unknown;
}

/** By path; null for a document that is not there. */
export type Documents = ReadonlyMap<string, StoredDocument | null>;

/** What was read, in the transaction that the reading began. */
export interface Begun {
  readonly documents: Documents;
  readonly transaction: Uint8Array;
}

/** A document to write, if it still is as it was read: null if it was not there. */
export interface Write {
  readonly path: string;
  readonly fields: Fields;
  readonly found: StoredDocument | null;
}

export interface ClientOptions {
  readonly place: Place;
  /** The content of a file of credentials; null for Google's own search. */
  readonly credentials: object | null;
  /** `host:port` of an emulator, which is asked without TLS and credentials; null for the service. */
  readonly emulatorHost: string | null;
}

interface Answer {
  readonly found?: { readonly name: string; readonly fields?: Fields; readonly updateTime?: unknown } | null;
  readonly missing?: string | null;
  readonly transaction?: Uint8Array | null;
}

/** One page of a listing. */
export interface Page {
  /** Name, without what stands above it, and document; null for one that is there only as part of a path. */
  readonly documents: readonly { readonly id: string; readonly document: StoredDocument | null }[];
  readonly next: string;
}

/** Google's own client of the protocol, with its retries off: every method is one request. */
export class FirestoreClient {
  readonly place: Place;
  readonly #raw: RawClient;
  readonly #root: string;
  readonly #headers: Record<string, string>;

  constructor({ place, credentials, emulatorHost }: ClientOptions) {
    this.place = place;
    this.#root = `${place.database}/documents`;
    this.#headers = emulatorHost === null ? {} : { authorization: 'Bearer owner' };
    // The library is CommonJS, and so large that it is loaded only here.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const library = createRequire(import.meta.url)('@google-cloud/firestore') as Library;
    this.#raw = new library.v1.FirestoreClient({
      ...(emulatorHost === null ? authOf(credentials) : emulatorAt(emulatorHost)),
      // A signer that lost its connection asks again at once, not after a second.
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 1_000,
    });
  }

  /** Reads documents as they are now. @throws what `failureOf` understands */
  async read(paths: readonly string[], budget: Budget): Promise<Documents> {
    return (await this.#get(paths, {}, budget)).documents;
  }

  /**
   * The same, and begins a transaction in which they were read.
   *
   * @param retried the transaction that this one replaces
   */
  async begin(paths: readonly string[], retried: Uint8Array | null, budget: Budget): Promise<Begun> {
    const readWrite = retried === null ? {} : { retryTransaction: retried };
    return await this.#get(paths, { newTransaction: { readWrite } }, budget);
  }

  /** Makes all writes, or none. */
  async commit(writes: readonly Write[], transaction: Uint8Array | null, budget: Budget): Promise<void> {
    // The library's own type wants what it never changes to be changeable.
    const request: object = {
      database: this.place.database,
      ...(transaction === null ? {} : { transaction }),
      writes: writes.map(({ path, fields, found }) => ({
        update: { name: `${this.#root}/${path}`, fields },
        currentDocument: found === null ? { exists: false } : { updateTime: found.updateTime },
      })),
    };
    await this.#raw.commit(request, this.#options(budget));
  }

  async rollback(transaction: Uint8Array, budget: Budget): Promise<void> {
    await this.#raw.rollback({ database: this.place.database, transaction }, this.#options(budget));
  }

  /**
   * @param parent the path of a document; empty for the database
   * @param showMissing also documents that are not there, but have some below them
   */
  async list(
    { parent, collection, showMissing }: { parent: string; collection: string; showMissing: boolean },
    pageToken: string,
    budget: Budget,
  ): Promise<Page> {
    const request = {
      parent: parent === '' ? this.#root : `${this.#root}/${parent}`,
      collectionId: collection,
      pageSize,
      pageToken,
      showMissing,
    };
    const options = { ...this.#options(budget), autoPaginate: false };
    const [documents, , response] = await this.#raw.listDocuments(request, options);
    return {
      documents: documents.map(({ name, fields, createTime, updateTime }) => ({
        id: (name ?? '').slice((name ?? '').lastIndexOf('/') + 1),
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        document: createTime ? { fields: (fields ?? {}) as Fields, updateTime } : null,
      })),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      next: (response as { nextPageToken?: string } | null)?.nextPageToken ?? '',
    };
  }

  async end(): Promise<void> {
    await this.#raw.close();
  }

  async #get(paths: readonly string[], how: object, budget: Budget): Promise<Begun> {
    const documents = new Map<string, StoredDocument | null>();
    let transaction: Uint8Array = new Uint8Array();
    const request = { database: this.place.database, documents: paths.map((path) => `${this.#root}/${path}`), ...how };
    const stream = this.#raw.batchGetDocuments(request, this.#options(budget));
    for await (const { found, missing, transaction: begun } of stream as AsyncIterable<Answer>) {
      if (begun && begun.length > 0) transaction = begun;
      if (found) {
        documents.set(this.#pathIn(found.name), { fields: found.fields ?? {}, updateTime: found.updateTime });
      } else if (missing) documents.set(this.#pathIn(missing), null);
    }
    const whole = paths.every((path) => documents.has(path)) && 'newTransaction' in how === transaction.length > 0;
    if (!whole) throw Object.assign(new Error('the answer is not whole'), { code: unknownStatus });
    return { documents, transaction };
  }

  #pathIn(name: string): string {
    return name.startsWith(`${this.#root}/`) ? name.slice(this.#root.length + 1) : '';
  }

  #options({ untilMs, tryMs }: Budget) {
    const timeout = Math.max(1, Math.min(tryMs, Math.round(untilMs - performance.now())));
    const retryRequestOptions = { retries: 0, noResponseRetries: 0 };
    return { timeout, retry: null, retryRequestOptions, otherArgs: { headers: this.#headers } };
  }
}

const unknownStatus = 2;
const pageSize = 300;

function authOf(credentials: object | null): object {
  return credentials === null ? {} : { credentials };
}

/** The domain is named so that the library does not look for a metadata server to learn it. */
function emulatorAt(emulatorHost: string): object {
  const colon = emulatorHost.lastIndexOf(':');
  return {
    apiEndpoint: emulatorHost.slice(0, colon),
    port: Number(emulatorHost.slice(colon + 1)),
    sslCreds: channels.createInsecure(),
    clientOptions: { universeDomain: 'googleapis.com' },
  };
}

/** Calls, and tells a failure as a value. A fault of ours goes through. */
export async function attempt<T>(during: 'read' | 'commit', call: () => Promise<T>): Promise<T | FailedTry> {
  try {
    return await call();
  } catch (error) {
    return new FailedTry(failureOf(error, during));
  }
}

export class FailedTry {
  readonly failure: Failure;

  constructor(failure: Failure) {
    this.failure = failure;
  }
}
