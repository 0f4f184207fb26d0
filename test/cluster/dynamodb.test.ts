import { emulatorKinds } from '../dynamodb/emulators.ts';
import { dynaliteProcess } from './dynalite-process.ts';
import { DynamoDbShared } from './dynamodb-shared.ts';
import { onOneStore } from './one-store.ts';

/** Amazon's own emulator, which answers as the service does; the slower one in JavaScript where that cannot run. */
const amazon = emulatorKinds.find(({ problem, returnsOldItem }) => problem === null && returnsOldItem);

await onOneStore(new DynamoDbShared(amazon ?? dynaliteProcess));
