import type { FaultCode } from '../base/fault.ts';
import type { Keystore } from './keystore.ts';

/** What a keystore thread is told, one at a time. */
export interface KeystoreOrder {
  readonly keystore: Keystore;
  /** Normalised; a copy made for this thread, which moves there and is wiped there. */
  readonly password: Uint8Array<ArrayBuffer>;
}

export type KeystoreAnswer =
  | { readonly kind: 'opened'; readonly secret: Uint8Array<ArrayBuffer>; readonly publicKey: Uint8Array }
  | { readonly kind: 'failed'; readonly code: FaultCode; readonly text: string };
