import { z } from 'zod';
import type { FirestoreConfig } from './config.ts';
import { noted, text } from './note.ts';
import { type Environment, Secret } from './secret.ts';

/** The names of the store: Signatory's, and its own. */
export const firestoreNames = ['gcp', 'firestore'] as const;

/** The settings of a Firestore store, the same behind both doors. @param collection the one where none is named */
export function firestoreShape(collection: string) {
  return {
    project: noted(z.string().regex(/^[a-z0-9][a-z0-9.:-]*$/u), {
      expects: 'the id of a Google Cloud project, such as my-baker-123',
      meaning: 'Firestore: the project.',
    }),
    database: noted(z.string().regex(/^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/u), {
      expects: 'the id of a Firestore database, or (default)',
      meaning: 'Firestore: the database; it must be there, and in Native mode.',
    }).default('(default)'),
    collection: noted(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,99}$/u), {
      expects: 'a name of up to 100 letters, digits, - and _, which begins with a letter',
      meaning: 'Firestore: the collection of the marks.',
    }).default(collection),
    application_credentials: text(
      'the path of a file of credentials',
      "Firestore: the credentials, in a file that other users cannot read. Absent: Google's own search, which begins with `GOOGLE_APPLICATION_CREDENTIALS`.",
    ).optional(),
    application_credentials_data: noted(z.string().min(1), {
      expects: 'the JSON text of credentials, env:NAME or file:PATH',
      meaning: 'Firestore: the credentials themselves, in place of `application_credentials`.',
      secret: true,
    }).optional(),
    emulator_host: noted(z.string().regex(/^[A-Za-z0-9.-]+:\d{1,5}$/u), {
      expects: 'host:port',
      meaning: 'Firestore: an emulator to ask instead of the service, without TLS and credentials; for tests only.',
    }).optional(),
  };
}

/** What `firestoreShape` parses to. */
type ParsedFirestore = z.infer<z.ZodObject<ReturnType<typeof firestoreShape>>>;

export function firestoreOf(parsed: ParsedFirestore, env: Environment): FirestoreConfig {
  const { project, database, collection, emulator_host: emulatorHost = null } = parsed;
  const { application_credentials: path, application_credentials_data: data } = parsed;
  const inFile = path === undefined ? null : Secret.parse(`file:${path}`, env);
  const credentials = data === undefined ? inFile : (Secret.parse(data, env) ?? Secret.literal(data));
  return { project, database, collection, credentials, emulatorHost };
}
