import { type Mark, merge } from '../protection/mark.ts';

/** What one key signed, record by record, of which only the least marks that refuse all of it are kept. */
export class SignedHistory {
  #block: Mark | null = null;
  #attestation: Mark | null = null;
  /** The vote with the highest target so far, as it was signed. */
  #lastVote: Mark | null = null;
  #slashable = false;

  get block(): Mark | null {
    return this.#block;
  }

  get attestation(): Mark | null {
    return this.#attestation;
  }

  /**
   * Did the key sign what it is slashed for? In a history that rises, as programs write it, every such pair is seen;
   * in another order some are not: the rest of the history is not kept.
   */
  get slashable(): boolean {
    return this.#slashable;
  }

  addBlock(mark: Mark): void {
    const known = this.#block;
    if (known !== null && known.height === mark.height && differ(known, mark)) this.#slashable = true;
    this.#block = known === null ? mark : merge(known, mark);
  }

  addVote(mark: Mark): void {
    const known = this.#attestation;
    if (mark.floor > mark.height || (known !== null && this.#conflicts(known, mark))) this.#slashable = true;
    this.#attestation = known === null ? mark : merge(known, mark);
    if (this.#lastVote === null || mark.height >= this.#lastVote.height) this.#lastVote = mark;
  }

  #conflicts(known: Mark, mark: Mark): boolean {
    const last = this.#lastVote;
    if (last === null) return false;
    if (last.height === mark.height) return differ(last, mark);
    if (mark.height > last.height) return mark.floor < known.floor;
    return mark.floor > last.floor;
  }
}

/** Two records of one position: two messages, unless the roots say that they are one. */
function differ(a: Mark, b: Mark): boolean {
  return a.root === null || a.root !== b.root || a.floor !== b.floor;
}
