import { onEmulators } from './on-emulators.ts';
import { tableAtStart } from './table.ts';

onEmulators(tableAtStart);
