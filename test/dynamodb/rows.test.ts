import { onEmulators } from './on-emulators.ts';
import { rows } from './rows.ts';

onEmulators(rows);
