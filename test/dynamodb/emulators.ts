import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { localProblem, startDynamoDbLocal } from './dynamodb-local.ts';
import type { Emulator, EmulatorKind } from './emulator.ts';

/** In this process, in pure JavaScript: sends no old item, knows no transactions, looks at no signature. */
export const dynaliteKind: EmulatorKind = {
  name: 'dynalite',
  problem: null,
  returnsOldItem: false,
  start: () => startDynalite(),
};

/** Amazon's own emulator, in a Java machine of its own: it sends the old item as the service does. */
const amazonKind: EmulatorKind = {
  name: 'DynamoDB Local',
  problem: localProblem(),
  returnsOldItem: true,
  start: startDynamoDbLocal,
};

export const emulatorKinds: readonly EmulatorKind[] = [dynaliteKind, amazonKind];

/** @param createTableMs how long a new table is CREATING */
export async function startDynalite(createTableMs = 0): Promise<Emulator> {
  const server = dynalite({ createTableMs, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    name: 'dynalite',
    endpoint: `http://127.0.0.1:${port}`,
    end: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
