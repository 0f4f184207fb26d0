import assert from 'node:assert/strict';
import { emulatorKinds } from '../dynamodb/emulators.ts';
import { DynamoDbShared } from './dynamodb-shared.ts';
import { onOneStore } from './one-store.ts';

/** Amazon's own emulator, which answers as the service does; the one in JavaScript is too slow for bursts. */
const amazon = emulatorKinds.find(({ returnsOldItem }) => returnsOldItem) ?? assert.fail('there is no such emulator');

await onOneStore(new DynamoDbShared(amazon));
