import { startDynalite } from '../dynamodb/emulators.ts';

/** A process of its own, so that it takes no time from those who ask it: writes where it is, and stays until killed. */
console.log((await startDynalite(0)).endpoint);
