import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'request' | 'response';

/** Stands between a client and a Postgres server: counts what is asked, and breaks connections where it is told to. */
export class PostgresProxy {
  readonly port: number;
  /** Statements that were sent, each of which waits for an answer: one for each trip. */
  trips = 0;
  /** Names of statements that the server was to keep. */
  readonly names = new Set<string>();
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cut: { readonly direction: Direction; left: number } | null = null;
  #silent = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(target: number): Promise<PostgresProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    const proxy = new PostgresProxy(server, address.port);
    server.on('connection', (client) => proxy.#join(client, connect(target, '127.0.0.1')));
    return proxy;
  }

  /** Resets the connection after so many more bytes have gone that way; once. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#cut = { direction, left: bytes };
  }

  /** Has the cut that was ordered been made? */
  get hasCut(): boolean {
    return this.#cut === null;
  }

  /** From now on answers are swallowed, or not any more. */
  set silent(silent: boolean) {
    this.#silent = silent;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  async end(): Promise<void> {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    const reset = (): void => {
      this.#pairs.delete(pair);
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    const reader = new MessageReader((type, body) => this.#count(type, body));
    client.on('data', (bytes: Buffer) => {
      reader.read(bytes);
      this.#pass(bytes, { to: server, direction: 'request', reset });
    });
    server.on('data', (bytes: Buffer) => {
      if (!this.#silent) this.#pass(bytes, { to: client, direction: 'response', reset });
    });
    for (const [one, other] of [pair, [server, client] as const]) {
      one.on('error', reset);
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.end();
      });
    }
  }

  #pass(bytes: Buffer, { to, direction, reset }: { to: Socket; direction: Direction; reset: () => void }): void {
    const cut = this.#cut;
    if (cut === null || cut.direction !== direction) return void to.write(bytes);
    if (bytes.length < cut.left) {
      cut.left -= bytes.length;
      return void to.write(bytes);
    }
    this.#cut = null;
    if (cut.left === 0) return reset();
    to.write(bytes.subarray(0, cut.left), reset);
  }

  #count(type: string, body: Buffer): void {
    // A simple query, or the end of an extended one.
    if (type === 'Q' || type === 'S') this.trips += 1;
    if (type === 'P') {
      const name = body.subarray(0, body.indexOf(0)).toString();
      if (name !== '') this.names.add(name);
    }
  }
}

/** Splits what a client sends into messages; the first has no type. */
class MessageReader {
  readonly #found: (type: string, body: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);
  #started = false;

  constructor(found: (type: string, body: Buffer) => void) {
    this.#found = found;
  }

  read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const head = this.#started ? 1 : 0;
      if (this.#rest.length < head + 4) return;
      const end = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < end) return;
      if (this.#started) this.#found(String.fromCharCode(this.#rest[0] ?? 0), this.#rest.subarray(5, end));
      this.#started = true;
      this.#rest = this.#rest.subarray(end);
    }
  }
}
