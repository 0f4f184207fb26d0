/** Version 13 of better-sqlite3 under a name of its own (package.json): the same interface, for Node 22 and newer. */
declare module 'better-sqlite3-napi' {
  import Database from 'better-sqlite3';
  export default Database;
}
