/** Every wait of this store, together below what a signing request may take. */
export const budget = {
  /** One statement, from its sending to its answer. */
  statementMs: 1_500,
  /** To a new connection, with TLS and password; also for one of a full pool. */
  connectMs: 1_000,
  /** All tries of one call together. Validator clients give up after 2 s and more, bakers too. */
  callMs: 1_900,
  /** Waiting for a row that somebody else holds, where the session or the transaction is ours to set. */
  lockMs: 1_000,
  /** A stop line waits for every advance that is on its way. No request hangs on it. */
  stopLockMs: 10_000,
  /** Before the second try; each further one waits twice as long. */
  backOffMs: 20,
  /** While a statement runs, the others wait and share the next one; past this it hangs, and they go without it. */
  patienceMs: 50,
  /** Idle connections go away after this. */
  idleMs: 30_000,
  /** At the start. */
  openMs: 10_000,
} as const;

/** The most calls that one statement takes, and the most that may wait for one. */
export const callsMax = 256;
export const waitingMax = 16_384;
/** The most rows that one page of a listing holds. */
export const rowsMax = 1_000;
/** Of the pool so many connections serve everything that is no signature, so that nothing else can use them up. */
export const asideConnections = 2;
