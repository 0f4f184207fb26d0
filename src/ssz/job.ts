import type { Facts, FaultCode } from '../base/fault.ts';
import type { NetworkChoice } from '../ethereum/networks.ts';
import type { Understood } from '../ethereum/understood.ts';

/** What goes to the thread: first of all what it is for, then bodies of requests. */
export type Job =
  | { readonly kind: 'begin'; readonly choice: NetworkChoice }
  | { readonly kind: 'read'; readonly number: number; readonly body: Uint8Array };

/** What comes back, one for each body. */
export type Answer = { readonly number: number } & (
  | { readonly kind: 'understood'; readonly understood: Understood }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly text: string; readonly facts: Facts }
);
