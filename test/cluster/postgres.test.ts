import { onOneStore } from './one-store.ts';
import { PostgresShared } from './postgres-shared.ts';

await onOneStore(new PostgresShared());
