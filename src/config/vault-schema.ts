import { z } from 'zod';
import { driver, noted, section, text } from './note.ts';

const drivers = {
  built: ['file', 'mem'],
  future: [
    'awskms',
    'azure',
    'cloudkms',
    'hashicorpvault',
    'yubihsm',
    'pkcs11',
    'ledger',
    'nitro',
    'confidentialspace',
  ],
  meaning:
    'Where the keys of this vault live: `file` reads a file of secret keys; `mem` has them in the configuration ' +
    'and is for tests only.',
};

const file = text(
  'the path of a file of secret keys',
  'The file of the `file` driver, JSON as Signatory has it: `[{"name": "baker", "value": "unencrypted:edsk…"}]`. ' +
    'Relative to the working directory.',
);

const password = noted(z.string().regex(/^(?:env|file):./u), {
  expects: 'env:NAME or file:PATH (the password itself does not belong into this file)',
  meaning: 'The password of encrypted keys, as `env:NAME` or `file:PATH`; needed only when the file holds some.',
  secret: true,
});

const secretKey = noted(z.string().min(1), {
  expects: 'a secret key, env:NAME or file:PATH',
  meaning: 'A secret key, or `env:NAME` or `file:PATH` where one stands.',
  secret: true,
});

const configMeaning =
  'With `file`: the settings below. With `mem`: a list of secret keys, each itself, `env:NAME` or `file:PATH`.';

const secretKeys = noted(z.array(secretKey), {
  expects: 'a list of secret keys, each of which may be env:NAME or file:PATH',
  meaning: configMeaning,
});

const vault = noted(
  z.discriminatedUnion('driver', [
    z.strictObject({
      driver: driver('file', drivers),
      config: section({ file, password: password.optional() }, configMeaning),
    }),
    z.strictObject({ driver: driver('mem', drivers), config: secretKeys }),
  ]),
  { expects: 'a section with a driver and its config', meaning: 'One vault, under a name that you choose.' },
);

/** `vaults`: Signatory's root, and its drivers under their names. */
export const vaultsSchema = noted(z.record(z.string().min(1), vault), {
  expects: 'a section with a name for each vault',
  meaning: 'Where the Tezos keys live.',
});
