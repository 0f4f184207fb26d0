import type { IncomingMessage } from 'node:http';
import { limits } from '../base/limits.ts';

/**
 * How much of large bodies is held at once, by all requests of a listener: many clients that each send as much as they
 * may must not fill the memory. The first bytes of every body are free, so that the requests which everything is about
 * are never turned away because somebody sends large ones.
 */
export class BodyBudget {
  readonly #held = new Map<IncomingMessage, number>();
  #left: number;

  /** @param bytes beyond the free ones, of all requests together */
  constructor(bytes: number = limits.largeBodiesBytes) {
    this.#left = bytes;
  }

  /**
   * Makes room for a body of which `bytes` have arrived.
   *
   * @returns false when there is none; what the request held before it still holds, until it is released
   */
  hold(request: IncomingMessage, bytes: number): boolean {
    const charged = bytes - limits.freeBodyBytes;
    if (charged <= 0) return true;
    const more = charged - (this.#held.get(request) ?? 0);
    if (more > this.#left) return false;
    this.#left -= more;
    this.#held.set(request, charged);
    return true;
  }

  /** The request was answered, or its client is gone. */
  release(request: IncomingMessage): void {
    const charged = this.#held.get(request);
    if (charged === undefined) return;
    this.#held.delete(request);
    this.#left += charged;
  }
}
