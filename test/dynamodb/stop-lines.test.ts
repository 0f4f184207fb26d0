import { onEmulators } from './on-emulators.ts';
import { stopLines } from './stop-lines.ts';

onEmulators(stopLines);
