import { credentials, region } from '../dynamodb/credentials.ts';
import type { Emulator, EmulatorKind } from '../dynamodb/emulator.ts';
import { notRun } from '../not-run.ts';
import { recordSecret } from '../support/run-record.ts';
import type { SharedStore, StoreDoors } from './shared-store.ts';

/** Two tables of an emulator, one for each chain. */
export class DynamoDbShared implements SharedStore {
  readonly name: string;
  readonly #kind: EmulatorKind;
  #emulator: Emulator | null = null;

  constructor(kind: EmulatorKind) {
    this.name = `dynamodb (${kind.name})`;
    this.#kind = kind;
  }

  async start(): Promise<boolean> {
    const { problem } = this.#kind;
    if (problem !== null) notRun(`several signers on ${this.name}`, problem);
    else this.#emulator = await this.#kind.start();
    return problem === null;
  }

  configText(): StoreDoors {
    recordSecret(credentials.secretAccessKey);
    const place = `region: ${region}, endpoint: '${this.#emulator?.endpoint}'`;
    return {
      antiSlashing: `{ backend: dynamodb, ${place}, table: validators-${process.pid} }`,
      watermark: `{ driver: aws, config: { ${place}, table: bakers-${process.pid}, billing_mode: on_demand } }`,
      env: { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
      before: [['tables', 'create']],
    };
  }

  async stop(): Promise<void> {
    await this.#emulator?.end();
  }
}
