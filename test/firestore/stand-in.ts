import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type sendUnaryData, Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { ServerUnaryCall, ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Documents, Refusal, type WriteRequest } from './documents.ts';

/** What becomes of a call. */
export type Fate =
  | { readonly kind: 'pass' }
  /** Nothing is done, and this is the answer. */
  | { readonly kind: 'refuse'; readonly code: status; readonly text?: string }
  /** It is done, and the answer is lost: this comes instead. */
  | { readonly kind: 'lose'; readonly code: status }
  /** It is done once `until` has come, and so is the answer given. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> };

export interface Call {
  readonly method: string;
  /** What was asked; a plan that plants faults may change it. */
  readonly request: Record<string, unknown>;
}

export type Plan = (call: Call) => Fate;

export const pass: Fate = { kind: 'pass' };

/** The part of Firestore that the store uses, over real gRPC, in memory. */
export class StandIn {
  readonly documents = new Documents();
  /** Every call since the last `calls.length = 0`. */
  readonly calls: Call[] = [];
  plan: Plan = () => pass;
  readonly host: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.host = `127.0.0.1:${port}`;
  }

  static async start(): Promise<StandIn> {
    const server = new Server();
    const port = await new Promise<number>((resolve, reject) => {
      const done = (error: Error | null, bound: number): void => (error === null ? resolve(bound) : reject(error));
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), done);
    });
    const standIn = new StandIn(server, port);
    server.addService(service(), standIn.#methods());
    return standIn;
  }

  async end(): Promise<void> {
    this.#server.forceShutdown();
  }

  #methods() {
    const unary =
      (method: string, answer: (request: never) => object) =>
      (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>): void => {
        const { request } = call;
        void (async () => {
          try {
            done(null, await this.#serve(method, request, () => answer(request as never)));
          } catch (error) {
            done(errorOf(error));
          }
        })();
      };
    return {
      batchGetDocuments: (call: ServerWritableStream<object, object>): void => {
        const { request } = call;
        void (async () => {
          try {
            const serve = () => this.#batchGet(request as BatchGet);
            for (const reply of await this.#serve('BatchGetDocuments', request, serve)) call.write(reply);
            call.end();
          } catch (error) {
            call.emit('error', errorOf(error));
          }
        })();
      },
      commit: unary('Commit', (request: CommitRequest) => this.documents.commit(request.writes, idOf(request))),
      rollback: unary('Rollback', (request: CommitRequest) => this.documents.rollback(idOf(request) ?? '')),
      listDocuments: unary('ListDocuments', (request: ListRequest) => this.documents.list(request)),
    };
  }

  #batchGet({ documents, newTransaction }: BatchGet): object[] {
    const id = newTransaction ? randomBytes(12).toString('hex') : null;
    const readTime = this.documents.now();
    const replies: object[] = id === null ? [] : [{ transaction: Buffer.from(id), readTime }];
    for (const name of documents) {
      const found = this.documents.read(name, id);
      replies.push(found === null ? { missing: name, readTime } : { found, readTime });
    }
    return replies;
  }

  async #serve<T>(method: string, request: object, answer: () => T): Promise<T> {
    const call: Call = { method, request: request as Record<string, unknown> };
    this.calls.push(call);
    const fate = this.plan(call);
    if (fate.kind === 'refuse') throw new Refusal(fate.code, fate.text ?? 'planted');
    if (fate.kind === 'hold') await fate.until;
    const reply = answer();
    if (fate.kind === 'lose') throw new Refusal(fate.code, 'planted');
    return reply;
  }
}

interface BatchGet {
  readonly documents: readonly string[];
  readonly newTransaction?: object | null;
}

interface CommitRequest {
  readonly writes: readonly WriteRequest[];
  readonly transaction: Buffer;
}

interface ListRequest {
  readonly parent: string;
  readonly collectionId: string;
  readonly pageSize: number;
  readonly pageToken: string;
  readonly showMissing: boolean;
}

function idOf({ transaction }: CommitRequest): string | null {
  return transaction.length === 0 ? null : transaction.toString();
}

function errorOf(error: unknown): { code: status; details: string; message: string } {
  const code = error instanceof Refusal ? error.code : status.INTERNAL;
  const message = error instanceof Error ? error.message : String(error);
  return { code, details: message, message };
}

/** From the descriptions that ship inside Google's own client. */
function service() {
  const entry = createRequire(import.meta.url).resolve('@google-cloud/firestore/package.json');
  const includeDirs = [join(dirname(entry), 'build/protos')];
  const options = { longs: String, enums: String, defaults: true, oneofs: true, includeDirs };
  const definition = loadSync('google/firestore/v1/firestore.proto', options);
  return definition['google.firestore.v1.Firestore'] as ServiceClientConstructor['service'];
}
