import { onEmulators } from './on-emulators.ts';
import { sharedWithSignatory } from './signatory.ts';

onEmulators(sharedWithSignatory);
