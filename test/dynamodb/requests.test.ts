import { onEmulators } from './on-emulators.ts';
import { requests } from './requests.ts';

onEmulators(requests);
