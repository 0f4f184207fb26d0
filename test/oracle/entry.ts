/** One request to sign and what came of it, as the one who asked saw it. */
export interface Entry {
  /** The key as the path named it. */
  readonly identifier: string;
  /** The body that was sent. */
  readonly request: string;
  /** Ticks of a clock that only rises: when it was asked, and when the answer had come; null if none ever came. */
  readonly askedAt: number;
  readonly answeredAt: number | null;
  readonly answer: Answer | null;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Did the connection end before the whole of it had come? What was begun counts as released. */
  readonly cut?: boolean;
}

/** Keeps what was asked and answered, for the judge. */
export class Transcript {
  readonly #entries: Entry[] = [];
  #clock = 0;

  /** Asks by `send`, and keeps the outcome; one that rejects is kept as unanswered. @returns the answer, if one came */
  async ask<Given extends Answer>(
    identifier: string,
    request: string,
    send: () => Promise<Given>,
  ): Promise<Given | null> {
    const askedAt = this.#tick();
    const answer = await send().catch(() => null);
    const answeredAt = answer === null ? null : this.#tick();
    this.#entries.push({ identifier, request, askedAt, answeredAt, answer });
    return answer;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  #tick(): number {
    this.#clock += 1;
    return this.#clock;
  }
}
