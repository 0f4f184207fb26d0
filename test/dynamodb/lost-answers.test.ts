import { onEmulators } from './on-emulators.ts';
import { lostAnswers } from './lost-answers.ts';

onEmulators(lostAnswers);
