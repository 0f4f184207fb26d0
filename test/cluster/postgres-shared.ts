import { PostgresServer } from '../support/postgres-server.ts';
import type { SharedStore, StoreDoors } from './shared-store.ts';

/** A real Postgres server with a database of its own. */
export class PostgresShared implements SharedStore {
  readonly name = 'postgres';
  #server: PostgresServer | null = null;

  async start(): Promise<boolean> {
    this.#server = await PostgresServer.start();
    return this.#server !== null;
  }

  configText(): StoreDoors {
    const url = this.#server?.url() ?? '';
    return {
      antiSlashing: `{ backend: postgres, url: '${url}', pool_size: 8 }`,
      watermark: `{ driver: postgres, config: { url: '${url}', pool_size: 8 } }`,
    };
  }

  async stop(): Promise<void> {
    await this.#server?.destroy();
  }
}
