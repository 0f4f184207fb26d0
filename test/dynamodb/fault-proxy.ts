import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsCredentials, signatureProblem } from './signature.ts';

/** One call of the client, before anything was done about it. */
export interface Call {
  /** `PutItem`, `DescribeTable`, … */
  readonly action: string;
  /** Counts the calls of this action from 0, those that the client repeats included. */
  readonly index: number;
  readonly body: string;
}

/** An answer as the server gives it, or as a proxy invents it. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * What becomes of one call. `pass`: as without a proxy. `answer`: the server never sees it. `lost`: it is applied, and
 * the connection ends without an answer. `cut`: it is applied, and the connection ends in the middle of the answer.
 * `unreached`: the connection ends before the server sees it. `late`: it is applied only when the promise says so,
 * even if the client has gone long since. `echo`: as `pass`, and `replay` applies it once more. `spoil`: it is applied,
 * and the client is told something else.
 */
export type Fate =
  | { readonly kind: 'pass' | 'lost' | 'cut' | 'unreached' | 'echo' }
  | { readonly kind: 'answer'; readonly reply: Reply }
  | { readonly kind: 'late'; readonly until: Promise<void> }
  | { readonly kind: 'spoil'; readonly spoil: (reply: Reply) => Reply };

export type Plan = (call: Call) => Fate;

export type Rewrite = (call: Call) => string;

export const pass: Fate = { kind: 'pass' };

/**
 * Stands between a client and an emulator, does what it is told to each call, and counts. What it forwards is what the
 * client sent, byte for byte.
 */
export class FaultProxy {
  /** Decides each call; replaced at will. */
  plan: Plan = () => pass;
  /** Decides before the plan does, and changes what the server gets: for faults that are planted on purpose. */
  planted: Plan = () => pass;
  rewrite: Rewrite = ({ body }) => body;
  /** When given, a request that is not signed with these is turned away as AWS does. */
  credentials: AwsCredentials | null = null;
  readonly #upstream: URL;
  readonly #server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
  readonly #counts = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  readonly #echoes: (() => Promise<Reply>)[] = [];
  readonly #late = new Set<Promise<unknown>>();

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
  }

  static async start(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often the client asked for `action`. */
  count(action: string): number {
    return this.#counts.get(action) ?? 0;
  }

  /**
   * Every action that was asked for, with how often it was answered. A call that its client gave up, because the
   * machine was busy, is not among them, and neither is one that was told to fail.
   */
  get answered(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#answered);
  }

  /** Counts from 0 again. */
  forget(): void {
    this.#counts.clear();
    this.#answered.clear();
  }

  /** Applies every echoed call once more, in the order in which it is given them. @returns the server's answers */
  async replay(
    order: (calls: (() => Promise<Reply>)[]) => (() => Promise<Reply>)[] = (calls) => calls,
  ): Promise<Reply[]> {
    const replies: Reply[] = [];
    for (const again of order(this.#echoes.splice(0))) replies.push(await again());
    return replies;
  }

  /** Resolves when every call that was held back, and whose promise was kept, has been applied. */
  async settled(): Promise<void> {
    while (this.#late.size > 0) await Promise.all(this.#late);
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // A client that has gone is what half of these tests are about.
    outgoing.on('error', () => {});
    const body = await bytesOf(incoming).catch(() => null);
    if (body === null) return;
    const action = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const index = this.count(action);
    this.#counts.set(action, index + 1);
    const problem = this.credentials === null ? null : signatureProblem(incoming, body, this.credentials);
    const call = { action, index, body: body.toString() };
    const fate = problem === null ? this.#fateOf(call) : invalidSignature(problem);
    const forward = (): Promise<Reply> => this.#forward(incoming, Buffer.from(this.rewrite(call)));
    await this.#meet(fate, forward, outgoing).catch(() => outgoing.destroy());
    if (outgoing.writableEnded) this.#answered.set(action, (this.#answered.get(action) ?? 0) + 1);
  }

  #fateOf(call: Call): Fate {
    const fate = this.planted(call);
    return fate.kind === 'pass' ? this.plan(call) : fate;
  }

  async #meet(fate: Fate, forward: () => Promise<Reply>, outgoing: ServerResponse): Promise<void> {
    switch (fate.kind) {
      case 'pass':
        return send(outgoing, await forward());
      case 'echo':
        this.#echoes.push(forward);
        return send(outgoing, await forward());
      case 'answer':
        return send(outgoing, fate.reply);
      case 'spoil':
        return send(outgoing, fate.spoil(await forward()));
      case 'unreached':
        outgoing.destroy();
        return;
      case 'lost':
        await forward();
        outgoing.destroy();
        return;
      case 'cut':
        return cut(outgoing, await forward());
      case 'late':
        return send(outgoing, await this.#afterwards(fate.until, forward));
    }
  }

  async #afterwards(until: Promise<void>, forward: () => Promise<Reply>): Promise<Reply> {
    const applied = until.then(forward);
    this.#late.add(applied);
    return await applied.finally(() => this.#late.delete(applied));
  }

  async #forward(incoming: IncomingMessage, body: Buffer): Promise<Reply> {
    const { hostname, port } = this.#upstream;
    return await new Promise((resolve, reject) => {
      const { method, url: path } = incoming;
      const headers = { ...incoming.headers, 'content-length': body.length };
      const outgoing = request({ hostname, port, method, path, headers }, (response) => {
        const { statusCode: status = 0, headers: theirs } = response;
        bytesOf(response).then((bytes) => resolve({ status, headers: theirs, body: bytes.toString() }), reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  if (outgoing.destroyed) return;
  const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...rest } = headers;
  outgoing.writeHead(status, { ...rest, 'content-length': Buffer.byteLength(body) });
  outgoing.end(body);
}

/** Promises the whole answer and sends half of it. */
function cut(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  if (outgoing.destroyed) return;
  const { 'transfer-encoding': _encoding, connection: _connection, ...rest } = headers;
  outgoing.writeHead(status, { ...rest, 'content-length': Buffer.byteLength(body) + 1 });
  outgoing.write(body.slice(0, Math.ceil(body.length / 2)), () => outgoing.destroy());
}

function invalidSignature(problem: string): Fate {
  return { kind: 'answer', reply: awsError('InvalidSignatureException', problem) };
}

/** An error as DynamoDB sends it. @param code `ThrottlingException`, … */
export function awsError(code: string, message: string, status = 400): Reply {
  const coral = /^(?:InvalidSignature|UnrecognizedClient|ExpiredToken|MissingAuthentication|AccessDenied|Throttling)/u;
  const space = coral.test(code) ? 'com.amazon.coral.service' : 'com.amazonaws.dynamodb.v20120810';
  return jsonReply(JSON.stringify({ __type: `${space}#${code}`, message }), status);
}

export function jsonReply(body: string, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}
