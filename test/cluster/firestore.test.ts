import { FirestoreShared } from './firestore-shared.ts';
import { onOneStore } from './one-store.ts';

await onOneStore(new FirestoreShared());
