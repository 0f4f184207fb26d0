import type { Lane } from '../../src/protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../src/protection/mark.ts';
import type { Stop, Stops } from '../../src/protection/stop.ts';
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

  get remembers(): boolean {
    return this.target.remembers;
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

  async stops(): Promise<Stops> {
    return await this.target.stops();
  }

  async setStop(network: string, stop: Stop | null): Promise<void> {
    await this.target.setStop(network, stop);
  }

  async end(): Promise<void> {
    await this.target.end();
  }
}
