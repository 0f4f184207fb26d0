import { z } from 'zod';
import type { PostgresConfig } from './config.ts';
import { choice, count, flag, noted } from './note.ts';
import { type Environment, Secret } from './secret.ts';

/** Two connections stand aside for what is no signature. More than a server has by default help nobody. */
const poolSizes = [3, 1000] as const;

/** Names that need no quotes in `psql`. */
const schemaPattern = /^[a-z_][a-z0-9_]{0,62}$/u;
const serverPattern = /^\d+\/\d+$/u;

/**
 * The settings of a Postgres store, the same behind both doors.
 *
 * @param schema the one that is used where none is named; each door has its own, so that one database can serve both
 */
export function postgresShape(schema: string) {
  return {
    url: noted(z.string().min(1), {
      expects: 'postgres://user@host:5432/database, env:NAME or file:PATH',
      meaning:
        'With `postgres`: the database, or `env:NAME` or `file:PATH` where its URL stands. TLS is on, and the ' +
        'certificate must be that of the host; `sslrootcert`, `sslcert` and `sslkey` name files, `sslmode=verify-ca` ' +
        'leaves the host name out, `sslmode=disable` turns TLS off.',
      secret: true,
    }),
    password: noted(z.string().regex(/^(?:env|file):./u), {
      expects: 'env:NAME or file:PATH (the password itself does not belong into this file)',
      meaning: 'The password of the database, in place of the one in `url`.',
      secret: true,
    }).optional(),
    schema: noted(z.string().regex(schemaPattern), {
      expects: 'a name of up to 63 lower-case letters, digits and underscores',
      meaning: 'The schema of the tables; it is made if it is missing.',
    }).default(schema),
    pool_size: count(
      'connections',
      poolSizes,
      'The most connections of this process. It seldom uses more than two.',
    ).default(64),
    force_ipv4: flag('Connect by IPv4 only, also where the name of the host has addresses of both kinds?').default(
      false,
    ),
    session_pool: flag(
      'Does each connection keep its session, so that the server can keep statements for it? Not behind a pooler in ' +
        'transaction mode. Absent: each connection is asked; behind a pooler the answer is no.',
    ).optional(),
    allow_plaintext: flag('May `sslmode=disable` name another machine?').default(false),
    failover: choice(
      ['stop', 'go_on'],
      'When another server was promoted: sign nothing more until you have looked, or go on, which is safe only where ' +
        'nothing but a synchronous standby is ever promoted.',
    ).default('stop'),
    accept_server: noted(z.string().regex(serverPattern), {
      expects: 'what the message that refused the start said, such as 7412345678901234567/2',
      meaning: 'Take marks over that another server wrote; for one start.',
    }).optional(),
  };
}

/** What `postgresShape` parses to. */
export type ParsedPostgres = z.infer<z.ZodObject<ReturnType<typeof postgresShape>>>;

export function postgresOf(parsed: ParsedPostgres, env: Environment): PostgresConfig {
  return {
    url: Secret.parse(parsed.url, env) ?? Secret.literal(parsed.url),
    password: parsed.password === undefined ? null : Secret.parse(parsed.password, env),
    schema: parsed.schema,
    poolSize: parsed.pool_size,
    forceIpv4: parsed.force_ipv4,
    sessionPool: parsed.session_pool ?? null,
    allowPlaintext: parsed.allow_plaintext,
    failover: parsed.failover,
    acceptServer: parsed.accept_server ?? null,
  };
}
