import { z } from 'zod';
import { logLevels } from '../observe/log.ts';
import {
  antiSlashingSchema,
  ethereumSchema,
  futureSlotsSchema,
  keySourcesSchema,
  networkSchema,
} from './ethereum-schema.ts';
import { isAllowedHost, isListenAddress } from './host.ts';
import { choice, count, flag, noted, section, text, unbuilt } from './note.ts';
import { tezosSchema } from './tezos-schema.ts';
import { tlsSchema } from './tls-schema.ts';
import { vaultsSchema } from './vault-schema.ts';
import { watermarkSchema } from './watermark-schema.ts';

const portMax = 65535;
/** Levels are 32-bit signed on Tezos. */
const levelMax = 2 ** 31 - 1;
/** More threads than any machine has processors only take memory. */
const threadsMax = 256;
/** Shorter deadlines refuse what a busy moment would still have signed; after longer ones no duty is left to do. */
const deadlineMsRange = [100, 60_000] as const;

function address(meaning: string) {
  return noted(z.string().refine(isListenAddress), {
    expects: 'an IP address or a host name, without brackets and port',
    meaning,
  });
}

function port(meaning: string) {
  return noted(z.int().min(0).max(portMax), { expects: `a port from 0 to ${portMax}`, meaning });
}

function hostPort(example: string, meaning: string) {
  return text(`host:port, such as ${example}`, meaning);
}

const allowedHost = noted(z.string().refine(isAllowedHost), {
  expects: "a host name or an IP address, without port, or '*'",
  meaning: 'A host.',
});

const allowedHosts = noted(z.array(allowedHost).min(1).optional(), {
  expects: "a list of one or more hosts; ['*'] allows any",
  meaning:
    'What the Host header of a request may say, without port, so that no web page can reach the signer through a ' +
    "browser; `'*'` allows any. Holds for metrics too. Absent: `localhost`, `127.0.0.1`, `[::1]` and " +
    '`listen_address`, or any host when that is a wildcard (`0.0.0.0`, `::`).',
});

const server = section(
  {
    listen_address: address('Where the signing API listens.').default('127.0.0.1'),
    listen_port: port('Its port; 0 asks the system for a free one.').default(9000),
    allowed_hosts: allowedHosts,
    address: hostPort(
      ':6732',
      '`listen_address` and `listen_port` as Signatory writes them. Wins over them.',
    ).optional(),
    utility_address: hostPort(':9583', 'Those of `metrics` as Signatory writes them. Wins over them.').optional(),
    authorized_keys: unbuilt('The clients that may ask.'),
    jwt: unbuilt('The users that may ask.'),
  },
  'The signing API.',
);

const metrics = section(
  {
    listen_address: address('Where metrics and health are served.').default('127.0.0.1'),
    listen_port: port('Its port; 0 asks the system for a free one.').default(3000),
    web3signer_names: flag("Serve the Ethereum figures under Web3Signer's names too?").default(false),
    refresh_interval_seconds: unbuilt('How often figures are computed anew; here each is up to date when it is asked.'),
  },
  'Metrics and health.',
);

const protection = section(
  {
    allow_repeat: flag(
      'Answer the same bytes at the same level and round again, with the same signature? Otherwise they are refused.',
    ).default(true),
    max_level_jump: noted(z.int().min(1).max(levelMax).nullable(), {
      expects: `a number of levels from 1 to ${levelMax}, or null for no bound`,
      meaning:
        'The most levels that one request may go above the last one signed, against a request that would block the ' +
        'key for ever; `null` for no bound.',
    }).default(null),
    max_future_slots: futureSlotsSchema.default(1),
    socket: noted(z.string().min(1).nullable().optional(), {
      expects: 'the path of a socket, or null for none',
      meaning:
        'The Unix socket through which `protection export` and `protection import` reach the Ethereum marks while the ' +
        'signer runs and holds the store (`sqlite`, `file`, `mem`); its mode is 0600. `null` for none. Absent: ' +
        '`anti_slashing.path` with `.sock` at its end, and for `mem` `protection.sock` in `base_dir`.',
    }),
    enrolment: unbuilt('How lanes that were never seen are admitted.'),
  },
  'How the marks are applied.',
);

const signing = section(
  {
    threads: noted(z.int().min(1).max(threadsMax).nullable(), {
      expects: `a number of threads from 1 to ${threadsMax}, or null for as many as there are processors`,
      meaning: 'The threads that sign on the slow curves, BLS among them; `null` for as many as there are processors.',
    }).default(null),
    verify_bls: choice(
      ['on_load', 'always'],
      'Ethereum: each key once when it is loaded, or each signature before it leaves, which takes more than twice ' +
        'the time.',
    ).default('on_load'),
    deadline_ms: count(
      'milliseconds',
      deadlineMsRange,
      'A request that would have to wait longer for its signature is turned away before anything is recorded.',
    ).default(4000),
  },
  'How signatures are made.',
);

const log = section(
  {
    level: choice(logLevels, 'How much is logged.').default('info'),
    format: choice(['text', 'json'], 'Lines for people or lines of JSON.').default('text'),
  },
  'The log.',
);

/** The whole configuration file. Roots and keys that the seeds name keep their names and defaults. */
export const configSchema = section(
  {
    base_dir: text(
      'the path of a folder',
      'The folder of the `file` store; `$NAME` and `${NAME}` are replaced from the environment.',
    ).default('/var/lib/signatory'),
    watermark: watermarkSchema.prefault({}),
    protection: protection.prefault({}),
    vaults: vaultsSchema.default({}),
    tezos: tezosSchema.default({}),
    network: networkSchema,
    key_sources: keySourcesSchema.prefault({}),
    anti_slashing: antiSlashingSchema.optional(),
    ethereum: ethereumSchema.prefault({}),
    signing: signing.prefault({}),
    server: server.prefault({}),
    tls: tlsSchema(port('Its port; 0 asks the system for a free one.').default(9443)).prefault({}),
    metrics: metrics.prefault({}),
    log: log.prefault({}),
    accept_slashing_risk: flag(
      'Without it, the start is refused when marks that may be lost guard keys on a network where that costs money.',
    ).default(false),
    policy_hook: unbuilt('A service that is asked before anything is signed.'),
    signer_state: unbuilt('The state backend.'),
    chamber: unbuilt('Key management.'),
    http: unbuilt('Limits of the HTTP interfaces.'),
    tee: unbuilt('Trusted execution environments.'),
  },
  'The configuration.',
);

/** What the schema makes of a configuration: names as in the file, defaults filled in. */
export type ParsedConfig = z.output<typeof configSchema>;
