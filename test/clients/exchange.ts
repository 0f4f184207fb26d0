import type { NetworkName, SampleName } from './samples.ts';

/** A request exactly as a client sends it: `test/clients/recorded/<client>.json` holds them. */
export interface Recorded {
  readonly name: string;
  /** Served by a signer for this network alone. */
  readonly network: NetworkName;
  readonly path: string;
  /** All that the client sends besides what HTTP itself needs; a header that is not here is not sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** 64 hex digits: what must be signed. */
  readonly signingRoot: string;
}

/** A validator client: how it asks, and what it can read. */
export interface Client {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What it asks, the members of each body in its own order. */
  readonly asks: readonly Ask[];
  /**
   * Reads the signature out of an answer as the client does. @throws Error where the client would fail
   * @returns `0x` and 192 hex digits
   */
  readonly read: (answer: ClientAnswer) => string;
  /** What it tells its operator about a refusal; some clients look at the status alone. */
  readonly readRefusal: (answer: ClientAnswer) => string;
}

export interface Ask {
  readonly name: string;
  readonly sample: SampleName;
  readonly body: object;
}

export interface ClientAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}
