/** The one function that is used of this untyped package. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A DynamoDB in memory; the times are those that a table stays in the state. */
  function dynalite(options: { createTableMs?: number; deleteTableMs?: number; updateTableMs?: number }): Server;
  export default dynalite;
}
