import { onEmulators } from './on-emulators.ts';
import { weather } from './weather.ts';

onEmulators(weather);
