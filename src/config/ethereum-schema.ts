import { z } from 'zod';
import { builtInNetworks, ephemery } from '../ethereum/built-in-networks.ts';
import { antiSlashingDynamodb, dynamodbNames } from './dynamodb-schema.ts';
import { firestoreNames, firestoreShape } from './firestore-schema.ts';
import { count, driver, either, noted, section, text, unbuilt } from './note.ts';
import { postgresShape } from './postgres-schema.ts';

/** The networks that are served when none is named. */
export const usualNetworks: readonly string[] = builtInNetworks.map(({ name }) => name);

/** The networks that need no file, by the names that `network` has for them. */
export const networkNames: readonly string[] = [...usualNetworks, ephemery.name];

/** Those of them where a slashing costs money. */
export const moneyNetworks: readonly string[] = ['mainnet', 'gnosis'];

/** More at once only wait for each other, and for memory. */
const concurrencyMax = 1024;

/** One epoch: who looks further ahead has a wrong clock, and a key that signed there is blocked until then. */
const futureSlotsMax = 32;

/** Is this the path of a custom network file, and not the name of a built-in network? */
export function isNetworkPath(found: string): boolean {
  return found.includes('/') || /\.ya?ml$/iu.test(found);
}

const network = noted(
  z.string().refine((found) => networkNames.includes(found) || isNetworkPath(found)),
  {
    expects: either([...networkNames, 'the path of a YAML file']),
    meaning: 'A network.',
    choices: networkNames,
  },
);

/** `network`: Containment Chamber has one name here; a single one is made a list of one before it is checked. */
export const networkSchema = noted(z.array(network).min(1).optional(), {
  expects: `${either([...networkNames, 'the path of a YAML file'])}, or a list of these`,
  meaning:
    'The Ethereum networks that are served; a request for another is refused before anything is recorded. A text with ' +
    'a `/` in it, or with `.yaml` or `.yml` at its end, is the path of a network of your own. Absent: all built-in ' +
    'ones but ephemery, as each request names them.',
});

const keystoreFolder = noted(
  z
    .strictObject({
      path: text('the path of a folder', 'The folder; each `.json` file in it is a keystore.'),
      passwords_path: text(
        'the path of a folder',
        'The folder of their passwords: `<name>.txt` for the keystore `<name>.json`.',
      ).optional(),
      password_file: text(
        'the path of a file',
        'Instead of `passwords_path`: the file of the one password of all of them.',
      ).optional(),
    })
    .refine((each) => (each.passwords_path === undefined) !== (each.password_file === undefined)),
  {
    expects: 'a section with path and one of passwords_path and password_file (not both)',
    meaning: 'One folder and its passwords.',
  },
);

const keystores = noted(z.array(keystoreFolder), {
  expects: 'a list of sections, each with path and one of passwords_path and password_file',
  meaning:
    'Folders of EIP-2335 keystores, as the deposit tools write them, without a descriptor for each. Not to be given ' +
    'in the environment.',
});

const paths = noted(z.array(text('the path of a folder', 'A folder.')), {
  expects: 'a list of paths of folders',
  meaning:
    'Folders of descriptors, as Containment Chamber and Web3Signer have them: `.yaml` files with the types `file-raw` ' +
    'and `file-keystore`. Relative to the working directory, like every path here.',
});

const filesystem = section(
  {
    paths: paths.default([]),
    keystores: keystores.default([]),
    keystore_load_concurrency: count('keystores', [1, concurrencyMax], 'How many are decrypted at once.').default(128),
    raw_load_concurrency: count('descriptors', [1, concurrencyMax], 'How many raw keys are read at once.').default(128),
  },
  'Keys in files.',
);

/** `key_sources`: Containment Chamber's root. */
export const keySourcesSchema = section(
  {
    filesystem: filesystem.prefault({}),
    dynamodb: unbuilt('Keys in DynamoDB, encrypted.'),
    memory: unbuilt('Keys that are imported while the program runs, and gone when it stops.'),
  },
  'Where the validator keys of Ethereum live.',
);

const backends = {
  built: ['sqlite', 'postgres', 'file', 'dynamodb', 'aws', 'firestore', 'gcp', 'mem', 'noop', 'ignore'],
  future: [],
  meaning:
    'Where the Ethereum marks live: `sqlite` keeps them in a database file, `file` in a folder; `postgres` in a ' +
    'database, `dynamodb` (or `aws`) in a DynamoDB table and `firestore` (or `gcp`) in Firestore, which several signers can share; `mem` forgets them whenever the program stops, `noop` (or `ignore`) keeps none at all, and both are for tests only.',
};

const databasePath = text(
  'the path of a database file, such as /var/lib/tidemark/ethereum.sqlite',
  'With `sqlite`: the database, made if it is missing; its folder must exist. With `file`: the folder; absent: ' +
    '`ethereum` in `base_dir`. Neither may be what the Tezos marks live in.',
);

/** `anti_slashing`: Containment Chamber's root, and its backends under their names. */
export const antiSlashingSchema = noted(
  z.discriminatedUnion('backend', [
    z.strictObject({ backend: driver('sqlite', backends), path: databasePath }),
    z.strictObject({ backend: driver('postgres', backends), ...postgresShape('tidemark_ethereum') }),
    z.strictObject({
      backend: driver('file', backends),
      path: text('the path of a folder', 'The folder of the store.').optional(),
    }),
    z.strictObject({ backend: driver(dynamodbNames, backends), ...antiSlashingDynamodb }),
    z.strictObject({ backend: driver(firestoreNames, backends), ...firestoreShape('anti_slashing') }),
    z.strictObject({ backend: driver('mem', backends) }),
    z.strictObject({ backend: driver(['noop', 'ignore'], backends) }),
  ]),
  {
    expects: 'a section with a backend',
    meaning: 'The store of the Ethereum marks. Without it no validator key is loaded: the start is refused.',
  },
);

const rootMismatchStatus = noted(
  z.int().refine((found) => found === 400 || found === 500),
  {
    expects: '400 or 500',
    meaning:
      'The status of a request whose own signing root is not the one of its message: 500 is what Web3Signer says.',
  },
);

/** `ethereum`: ours. */
export const ethereumSchema = section(
  {
    registration_network: text(
      'one of the networks that are served',
      'The network of validator registrations, which do not say it themselves. Needed where more than one is served; ' +
        'until then they are refused.',
    ).optional(),
    root_mismatch_status: rootMismatchStatus.default(400),
  },
  'The Ethereum API.',
);

/** `protection.max_future_slots` */
export const futureSlotsSchema = count(
  'slots',
  [0, futureSlotsMax],
  'Ethereum: how far ahead of the clock a request may lie. One from further ahead would block its key until then.',
);
