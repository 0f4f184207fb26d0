import { z } from 'zod';
import { logLevels } from '../observe/log.ts';
import { isAllowedHost, isListenAddress } from './host.ts';
import { choice, flag, noted, section, text, unbuilt } from './note.ts';
import { tezosSchema } from './tezos-schema.ts';
import { vaultsSchema } from './vault-schema.ts';
import { watermarkSchema } from './watermark-schema.ts';

const portMax = 65535;
/** Levels are 32-bit signed on Tezos. */
const levelMax = 2 ** 31 - 1;

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
    enrolment: unbuilt('How lanes that were never seen are admitted.'),
  },
  'How the marks are applied.',
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
    server: server.prefault({}),
    metrics: metrics.prefault({}),
    log: log.prefault({}),
    accept_slashing_risk: flag(
      'Without it, the start is refused when marks that may be lost guard keys on a network where that costs money.',
    ).default(false),
    policy_hook: unbuilt('A service that is asked before anything is signed.'),
    anti_slashing: unbuilt('Where the Ethereum marks live.'),
    key_sources: unbuilt('Where the Ethereum keys live.'),
    signer_state: unbuilt('The state backend.'),
    chamber: unbuilt('Key management.'),
    http: unbuilt('Limits of the HTTP interfaces.'),
    tls: unbuilt('TLS.'),
    tee: unbuilt('Trusted execution environments.'),
    network: unbuilt('The Ethereum network.'),
  },
  'The configuration.',
);

/** What the schema makes of a configuration: names as in the file, defaults filled in. */
export type ParsedConfig = z.output<typeof configSchema>;
