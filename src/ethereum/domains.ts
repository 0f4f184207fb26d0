import { type Chunk, hashPair, zeroChunk } from './merkle.ts';

/** A 4-byte domain type and whatever names the fork: 8 hex digits each, and the genesis validators root. */
export interface DomainParts {
  readonly type: string;
  readonly version: string;
  readonly validatorsRoot: Chunk;
}

/** Versions of deposits come from the client, so what is kept has a bound; honest ones come to a few dozens. */
const keptMax = 512;

/** Domains of what was signed, kept: each costs a hash, and there are but a handful for each network. */
export class Domains {
  readonly #kept = new Map<string, Chunk>();

  /** `compute_domain` of the consensus specifications. */
  of({ type, version, validatorsRoot }: DomainParts): Chunk {
    const name = type + version + validatorsRoot;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const forkDataRoot = hashPair(version + zeroChunk.slice(version.length), validatorsRoot);
    const domain = type + forkDataRoot.slice(0, -type.length);
    if (this.#kept.size >= keptMax) this.#kept.clear();
    this.#kept.set(name, domain);
    return domain;
  }
}
