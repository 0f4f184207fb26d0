/** Every bound of the program that a request, a file or an operator could run into, with the reason for its value. */
export const limits = {
  /** Blocks arrive as headers (about 200 bytes) and batches of 150 operations as 9 KB: this is generous. */
  requestBodyBytes: 1024 * 1024,
  /** As much as Web3Signer takes: execution payload envelopes and full blocks of the first forks are large. */
  ethereumBodyBytes: 10 * 1024 * 1024,
  /** Of each body so much is held without asking: more than any duty but a full block needs. */
  freeBodyBytes: 16 * 1024,
  /** What all bodies of a listener may hold beyond that: a dozen of the largest, or hundreds of full blocks. */
  largeBodiesBytes: 128 * 1024 * 1024,
  /** Node's own default, stated here so that an upgrade cannot change it behind us. */
  headerBytes: 16 * 1024,
  /** `/keys/` and the longest key hash come to about 45; the rest is query. */
  pathBytes: 2048,
  /** From the first byte of a request to its last: a client on the same network needs milliseconds. */
  requestReceiveMs: 5_000,
  /** How often sockets are checked against the time above. */
  connectionsCheckMs: 1_000,
  /** How long a client whose bytes could not be read may take to read why. */
  lingerMs: 2_000,
  /** Clients keep idle pools for up to 30 s; a server that closes first breaks their next request. */
  keepAliveMs: 75_000,
  /**
   * Requests being worked on at once: past it the answer is 503 before anything is recorded. At the start of an epoch
   * clients ask for more than 10,000 selection proofs together, and only who has read them can let blocks go first; one
   * that waits costs about 16 KB.
   */
  requestsInFlight: 16_384,
  /** Connections at once: Lodestar and Lighthouse open one for each request of a burst. Each is a file descriptor. */
  connections: 16_384,
  /**
   * Of these so many may wait to be taken in while the event loop is busy; Linux takes fewer where somaxconn is
   * lower.
   */
  connectionsWaiting: 4096,
  /** How long a shutdown waits for answers that are being made. */
  drainMs: 10_000,
  dynamodb: {
    /** All tries of one mark together: clients wait for 1 s (octez-baker) or 2 s (validator clients). */
    budgetMs: { tezos: 1_000, ethereum: 2_000 },
    /** The service answers in less than 10 ms; who waits longer than this gains by asking again. */
    tryMs: 300,
    /** A new connection with TLS takes some round trips more. */
    connectMs: 500,
    /** Calls of the start and of commands: nobody's slot passes meanwhile. */
    patienceMs: 20_000,
    patientTryMs: 5_000,
    /** How long a table may take to become active. */
    tableMs: 300_000,
  },
  firestore: {
    /** All tries of one mark together, as above. */
    budgetMs: { tezos: 1_000, ethereum: 2_000 },
    /** A commit takes tens of milliseconds in one region, a hundred and more in several. */
    tryMs: 500,
    /** Calls of the start and of commands. */
    patienceMs: 20_000,
    patientTryMs: 5_000,
  },
} as const;
