import type { Reply } from './channel.ts';

/** Counts what came of all requests, for the summary and for what must not come at all. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #startedAt = performance.now();
  #requests = 0;

  get requests(): number {
    return this.#requests;
  }

  add(reply: Reply | null): void {
    this.#requests += 1;
    const kind = kindOf(reply);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  count(kind: 'no answer' | 'cut off'): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Kinds that are neither a signature nor a known refusal, nor "cannot tell". */
  get unexpected(): readonly string[] {
    return [...this.#counts.keys()].filter((kind) => !/^(?:200|409 |412 |503 |no answer$|cut off$)/u.test(kind));
  }

  /** `100 requests in 3.2 s: 1 x 200, 99 x 412 double_vote` */
  toString(): string {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    const kinds = [...this.#counts].toSorted(([a], [b]) => a.localeCompare(b)).map(([kind, n]) => `${n} x ${kind}`);
    return `${this.#requests} requests in ${seconds} s: ${kinds.join(', ')}`;
  }
}

function kindOf(reply: Reply | null): string {
  if (reply === null) return 'no answer';
  if (reply.cut) return 'cut off';
  return reply.status === 200 ? '200' : `${reply.status} ${reply.code ?? reasonOf(reply.body)}`;
}

/** Signatory's form of an error names no reason of a refusal. */
function reasonOf(body: string): string {
  return /watermark/u.test(body) ? 'watermark' : 'without a reason';
}
