import { Guard } from '../../src/protection/guard.ts';
import { Permit } from '../../src/protection/permit.ts';
import { noStops } from '../../src/protection/stop.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { type Report, type Sign, type StartSigner, World, type WorldOptions } from './world.ts';

/** Two signers that restart, on one store in bad weather. */
export const badWeather = { signers: 2, rounds: 60, faultPercent: 20, restartPercent: 3, restorePercent: 0 } as const;

/** One signer that never restarts, on a store that is sometimes put back to an earlier state. */
export const badOperator = { signers: 1, rounds: 60, faultPercent: 10, restartPercent: 0, restorePercent: 3 } as const;

/** The real guard and the real permit, spent as a key would. */
export const soundSigner: StartSigner = (store) => signWith(soundGuard(store));

export function soundGuard(store: MarkStore): Guard {
  return new Guard({ store, allowRepeat: true, heightJumpMax: null, stops: noStops });
}

/** A key of the simulation: its signature is a text. */
export interface SimulatedKey {
  /** What it says of itself. */
  readonly deterministic: boolean;
  readonly sign: (root: string) => string;
}

const faithfulKey: SimulatedKey = { deterministic: true, sign: (root) => `signed ${root}` };

/** A key that signs differently each time. */
export function moodyKey(deterministic: boolean): SimulatedKey {
  let nonce = 0;
  return { deterministic, sign: (root) => `signed ${root} with ${(nonce += 1)}` };
}

export function signWith(guard: Pick<Guard, 'admit'>, key = faithfulKey): Sign {
  return async (request) => {
    const admission = await guard.admit(request, { deterministic: key.deterministic });
    if (admission.kind === 'refused') return null;
    return key.sign(Permit.spend(admission.permit, request.lane.key).root);
  };
}

export const soundDisk = (): MarkStore => new MemoryStore();

/** Plays `worlds` worlds of consecutive seeds. */
export async function simulate(worlds: number, options: WorldOptions): Promise<readonly Report[]> {
  const reports: Report[] = [];
  for (let index = 0; index < worlds; index += 1)
    reports.push(await new World({ ...options, seed: options.seed + index }).run());
  return reports;
}

/** The first failure of the first world that has one, which finds a broken signer out quickly; null if none has. */
export async function firstFailure(worldsMax: number, options: WorldOptions): Promise<string | null> {
  for (let index = 0; index < worldsMax; index += 1) {
    const { failures } = await new World({ ...options, seed: options.seed + index }).run();
    if (failures[0] !== undefined) return `world ${index}: ${failures[0]}`;
  }
  return null;
}
