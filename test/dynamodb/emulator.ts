/** A server that speaks DynamoDB's protocol on the loopback, empty, in memory. */
export interface Emulator {
  readonly name: string;
  /** `http://127.0.0.1:…` */
  readonly endpoint: string;
  end(): Promise<void>;
}

/** An emulator that tests can be asked to run on. */
export interface EmulatorKind {
  readonly name: string;
  /** Why it cannot run here; null when it can. */
  readonly problem: string | null;
  /** Does it send the item that a condition failed on, as the service does? */
  readonly returnsOldItem: boolean;
  start(): Promise<Emulator>;
}
