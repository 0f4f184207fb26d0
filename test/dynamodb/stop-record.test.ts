import { onEmulators } from './on-emulators.ts';
import { stopRecord } from './stop-record.ts';

onEmulators(stopRecord);
