import { Fault } from '../../base/fault.ts';
import type { Conversation } from './connections.ts';

/** Postgres 13 is the oldest that its makers kept mending while this was written. */
const oldest = 130_000;

export interface ServerFacts {
  /** Of the whole cluster, made when it was: a copy of its files keeps it, a dump that is restored does not. */
  readonly systemIdentifier: string;
  /** Does a commit wait for a standby? */
  readonly synchronousStandby: boolean;
}

/**
 * Looks whether this server can keep a mark.
 *
 * @throws Fault `config_invalid` with what must be changed
 */
export async function checkServer({ ask }: Conversation): Promise<ServerFacts> {
  const [row] = await ask({
    text: `SELECT pg_catalog.pg_is_in_recovery(), ${names.map(settingSql).join(', ')},
    (SELECT system_identifier::text FROM pg_catalog.pg_control_system())`,
  });
  const [inRecovery, ...values] = row ?? [];
  const found = new Map(names.map((name, index) => [name, values[index]]));
  const problem = inRecovery === true ? 'it is a standby; name the server that takes writes' : problemOf(found);
  if (problem !== null) throw new Fault('config_invalid', `the mark database cannot be used: ${problem}`);
  const systemIdentifier = values.at(-1);
  if (typeof systemIdentifier !== 'string') throw new Fault('store_corrupt', 'the server does not say which one it is');
  return { systemIdentifier, synchronousStandby: found.get('synchronous_standby_names') !== '' };
}

const names = [
  'server_version_num',
  'transaction_read_only',
  'fsync',
  'full_page_writes',
  'synchronous_commit',
  'default_transaction_isolation',
  'synchronous_standby_names',
] as const;

function settingSql(name: string): string {
  return `pg_catalog.current_setting('${name}')`;
}

function problemOf(found: ReadonlyMap<(typeof names)[number], unknown>): string | null {
  const version = Number(found.get('server_version_num'));
  if (!(version >= oldest))
    return `it is Postgres ${Math.floor(version / 10_000)}; 13 is the oldest that is known to work`;
  if (found.get('transaction_read_only') !== 'off')
    return 'it is read-only for this user (default_transaction_read_only); name the server that takes writes';
  if (found.get('fsync') !== 'on') return 'fsync is off, so a power cut loses marks; set fsync = on';
  if (found.get('full_page_writes') !== 'on')
    return 'full_page_writes is off, so a power cut can tear marks apart; set full_page_writes = on';
  const commit = found.get('synchronous_commit');
  if (commit !== 'on' && commit !== 'remote_apply')
    return `synchronous_commit is ${String(commit)}, so a commit is answered before it is safe; set it to on or remote_apply, for this user at least`;
  if (found.get('default_transaction_isolation') !== 'read committed')
    return 'default_transaction_isolation is not "read committed", at which alone the statements of this store decide on what is newest; set it so for this user';
  return null;
}
