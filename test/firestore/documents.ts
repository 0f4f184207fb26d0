import { status } from '@grpc/grpc-js';

export type StoredFields = Record<string, Record<string, unknown>>;

interface Time {
  readonly seconds: string;
  readonly nanos: number;
}

interface StoredDocument {
  readonly name: string;
  readonly fields: StoredFields;
  readonly createTime: Time;
  readonly updateTime: Time;
}

export interface WriteRequest {
  readonly update?: { readonly name: string; readonly fields: StoredFields };
  readonly delete?: string;
  readonly currentDocument?: { readonly exists?: boolean; readonly updateTime?: Time } | null;
}

/** An error of gRPC. */
export class Refusal extends Error {
  readonly code: status;

  constructor(code: status, text: string) {
    super(text);
    this.code = code;
  }
}

/** Documents with versions, and transactions that are aborted when something that they read has changed. */
export class Documents {
  readonly #documents = new Map<string, StoredDocument>();
  /** By transaction: when each document that it read had changed last. */
  readonly #readings = new Map<string, Map<string, string>>();
  #ticks = 0;

  /** Each moment once, so that no two versions of a document have the same time. */
  now(): Time {
    this.#ticks += 1;
    return { seconds: `${1_700_000_000 + Math.floor(this.#ticks / 1000)}`, nanos: (this.#ticks % 1000) * 1_000_000 };
  }

  read(name: string, transaction: string | null): StoredDocument | null {
    const found = this.#documents.get(name) ?? null;
    if (transaction === null) return found;
    const readings = this.#readings.get(transaction) ?? new Map<string, string>();
    readings.set(name, versionOf(found));
    this.#readings.set(transaction, readings);
    return found;
  }

  commit(writes: readonly WriteRequest[], transaction: string | null): object {
    if (transaction !== null) this.#close(transaction);
    for (const write of writes) this.#check(write);
    const commitTime = this.now();
    for (const write of writes) this.#apply(write, commitTime);
    return { writeResults: writes.map(() => ({ updateTime: commitTime })), commitTime };
  }

  rollback(transaction: string): object {
    this.#readings.delete(transaction);
    return {};
  }

  list(query: { parent: string; collectionId: string; pageSize: number; pageToken: string; showMissing: boolean }) {
    const prefix = `${query.parent}/${query.collectionId}/`;
    const ids = new Set<string>();
    for (const name of this.#documents.keys()) {
      if (!name.startsWith(prefix)) continue;
      const [id = '', ...below] = name.slice(prefix.length).split('/');
      if (below.length === 0 || query.showMissing) ids.add(id);
    }
    const sorted = [...ids].toSorted().filter((id) => id > query.pageToken);
    const page = sorted.slice(0, query.pageSize);
    const documents = page.map((id) => this.#documents.get(prefix + id) ?? { name: prefix + id });
    return { documents, nextPageToken: sorted.length > page.length ? (page.at(-1) ?? '') : '' };
  }

  /** Writes behind everybody's back. */
  put(name: string, fields: StoredFields): void {
    this.#apply({ update: { name, fields } }, this.now());
  }

  remove(name: string): void {
    this.#documents.delete(name);
  }

  fields(name: string): StoredFields | null {
    return this.#documents.get(name)?.fields ?? null;
  }

  names(): readonly string[] {
    return [...this.#documents.keys()];
  }

  #close(transaction: string): void {
    const readings = this.#readings.get(transaction);
    if (readings === undefined) throw new Refusal(status.INVALID_ARGUMENT, 'no such transaction');
    this.#readings.delete(transaction);
    for (const [name, version] of readings) {
      if (versionOf(this.#documents.get(name) ?? null) !== version) {
        throw new Refusal(status.ABORTED, 'too much contention on these documents');
      }
    }
  }

  #check({ update, delete: removed, currentDocument: wanted }: WriteRequest): void {
    const found = this.#documents.get(update?.name ?? removed ?? '') ?? null;
    if (wanted?.exists === false && found !== null) throw new Refusal(status.ALREADY_EXISTS, 'it exists');
    if (wanted?.exists === true && found === null) throw new Refusal(status.NOT_FOUND, 'it does not exist');
    if (wanted?.updateTime && textOf(wanted.updateTime) !== versionOf(found)) {
      throw new Refusal(status.FAILED_PRECONDITION, 'it was changed');
    }
  }

  #apply({ update, delete: removed }: WriteRequest, updateTime: Time): void {
    if (removed) this.#documents.delete(removed);
    if (!update) return;
    const { name, fields } = update;
    const createTime = this.#documents.get(name)?.createTime ?? updateTime;
    this.#documents.set(name, { name, fields, createTime, updateTime });
  }
}

function versionOf(document: StoredDocument | null): string {
  return document === null ? 'missing' : textOf(document.updateTime);
}

function textOf({ seconds, nanos }: Time): string {
  return `${seconds}.${nanos}`;
}
