import { pass, StandIn } from '../firestore/stand-in.ts';

/** A process of its own: writes where it is, and stays until killed. */
const standIn = await StandIn.start();
standIn.plan = () => {
  // Nobody counts them here, and there are many.
  standIn.calls.length = 0;
  return pass;
};
console.log(standIn.host);
