/** Every bound of the program that a request, a file or an operator could run into, with the reason for its value. */
export const limits = {
  /** Blocks arrive as headers (about 200 bytes) and batches of 150 operations as 9 KB: this is generous. */
  requestBodyBytes: 1024 * 1024,
  /** Node's own default, stated here so that an upgrade cannot change it behind us. */
  headerBytes: 16 * 1024,
  /** `/keys/` and the longest key hash come to about 45; the rest is query. */
  pathBytes: 2048,
  /** From the first byte of a request to its last: a client on the same network needs milliseconds. */
  requestReceiveMs: 5_000,
  /** How often sockets are checked against the time above. */
  connectionsCheckMs: 1_000,
  /** Clients keep idle pools for up to 30 s; a server that closes first breaks their next request. */
  keepAliveMs: 75_000,
  /** Requests being worked on at once: past it the answer is 503 before anything is recorded. */
  requestsInFlight: 1_024,
  /** Connections at once; each costs a file descriptor. */
  connections: 4_096,
  /** How long a shutdown waits for answers that are being made. */
  drainMs: 10_000,
} as const;
