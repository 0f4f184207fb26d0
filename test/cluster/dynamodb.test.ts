import type { Emulator } from '../dynamodb/emulator.ts';
import { dynaliteKind, emulatorKinds } from '../dynamodb/emulators.ts';
import { DynamoDbShared } from './dynamodb-shared.ts';
import { onOneStore } from './one-store.ts';
import { startServer } from './server-process.ts';

/** Amazon's own emulator, which answers as the service does; the slower one in JavaScript where that cannot run. */
const amazon = emulatorKinds.find(({ problem, returnsOldItem }) => problem === null && returnsOldItem);

await onOneStore(new DynamoDbShared(amazon ?? { ...dynaliteKind, start: startDynalite }));

async function startDynalite(): Promise<Emulator> {
  const { address, end } = await startServer('dynalite-server.js');
  return { name: dynaliteKind.name, endpoint: address, end };
}
