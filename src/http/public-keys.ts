import { createHash } from 'node:crypto';
import type { Keyring } from '../keys/keyring.ts';

/** The list of keys, ready to be sent. */
export interface PublicKeyPage {
  readonly body: Buffer;
  /** Strong: a hash of the body, in quotes. */
  readonly etag: string;
}

/** The event loop makes lists for no more than one part in so many of its time: while keys arrive, each poll asks. */
const restFactor = 10;

/**
 * The list that validator clients poll: it is made anew only when a key came or went, because with 100,000 keys it is
 * 10 MB. While that goes on, it may be as old as ten times the moment that it takes to make.
 */
export class PublicKeyList {
  readonly #keyring: Keyring;
  readonly #nowMs: () => number;
  #version: number | null = null;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #page: PublicKeyPage = { body: Buffer.alloc(0), etag: '' };

  /** @param nowMs a clock that never goes back; the system's unless said otherwise */
  constructor(keyring: Keyring, nowMs: () => number = () => performance.now()) {
    this.#keyring = keyring;
    this.#nowMs = nowMs;
  }

  page(): PublicKeyPage {
    const { version } = this.#keyring;
    const started = this.#nowMs();
    if (version === this.#version || started < this.#restUntilMs) return this.#page;
    this.#page = pageOf(this.#keyring);
    this.#version = version;
    const ended = this.#nowMs();
    this.#restUntilMs = ended + restFactor * (ended - started);
    return this.#page;
  }
}

/**
 * Does the client have this page already?
 *
 * @param ifNoneMatch the header: `*`, or entity tags, of which weak ones count as well (RFC 9110 §13.1.2)
 */
export function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//u, '') === etag);
}

function pageOf(keyring: Keyring): PublicKeyPage {
  const ethereum = keyring.list().flatMap(({ id }) => (id.startsWith('0x') ? [id] : []));
  // Hex needs no escapes, and of 100,000 keys this takes half the time that a serializer does.
  const body = Buffer.from(ethereum.length === 0 ? '[]' : `["${ethereum.join('","')}"]`, 'latin1');
  return { body, etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"` };
}
