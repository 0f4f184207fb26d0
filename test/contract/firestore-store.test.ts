import { after } from 'node:test';
import { StandIn } from '../firestore/stand-in.ts';
import { openOn } from '../support/firestore-fixture.ts';
import { markStoreContract } from './mark-store.ts';

const standIn = await StandIn.start();
after(() => standIn.end());

markStoreContract('firestore', openOn(standIn), { histories: 6, stopsInStore: true });
