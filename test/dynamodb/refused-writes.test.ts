import { onEmulators } from './on-emulators.ts';
import { refusedWrites } from './refused-writes.ts';

onEmulators(refusedWrites);
