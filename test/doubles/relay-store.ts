import type { Lane } from '../../src/protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../src/protection/mark.ts';
import type { Claim, LaneRecord, MarkStore, StoreBackend } from '../../src/protection/store.ts';

/** Passes every call on to another store, which may be changed while it runs. Doubles override what they need. */
export class RelayStore implements MarkStore {
  target: MarkStore;

  constructor(target: MarkStore) {
    this.target = target;
  }

  get backend(): StoreBackend {
    return this.target.backend;
  }

  get identity(): string {
    return this.target.identity;
  }

  get durable(): boolean {
    return this.target.durable;
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    return await this.target.advance(lane, next);
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    return await this.target.advanceAll(claims);
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    return await this.target.raise(lane, mark);
  }

  async close(lane: Lane): Promise<void> {
    await this.target.close(lane);
  }

  async open(lane: Lane): Promise<void> {
    await this.target.open(lane);
  }

  async read(lane: Lane): Promise<LaneState> {
    return await this.target.read(lane);
  }

  list(): AsyncIterable<LaneRecord> {
    return this.target.list();
  }

  async end(): Promise<void> {
    await this.target.end();
  }
}
