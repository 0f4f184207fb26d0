import { type ServerProcess, startServer } from './server-process.ts';
import type { SharedStore, StoreDoors } from './shared-store.ts';

/** Two collections of the stand-in for Firestore, one for each chain. */
export class FirestoreShared implements SharedStore {
  readonly name = 'firestore';
  readonly title = 'firestore (stand-in)';
  #server: ServerProcess | null = null;

  async start(): Promise<boolean> {
    this.#server = await startServer('firestore-server.js');
    return true;
  }

  configText(): StoreDoors {
    const place = `project: cluster, emulator_host: '${this.#server?.address}'`;
    return {
      antiSlashing: `{ backend: firestore, ${place} }`,
      watermark: `{ driver: gcp, config: { ${place} } }`,
    };
  }

  async stop(): Promise<void> {
    await this.#server?.end();
  }
}
