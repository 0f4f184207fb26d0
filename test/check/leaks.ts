import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Leaks {
  readonly secrets: number;
  readonly outputBytes: number;
  /** How many of the secrets were printed. Which ones is not said here either. */
  readonly printed: number;
}

/** The prefix of a key's text says only what kind it is; what follows is the secret. */
const prefixLength = 5;

/** Looks for every secret that the tests used in everything that the program printed (test/support/run-record.ts). */
export function leaksIn(folder: string): Leaks {
  const secrets = [
    ...new Set(
      textOf(folder, 'secrets')
        .split('\n')
        .filter((text) => text !== ''),
    ),
  ];
  const output = textOf(folder, 'output');
  const printed = secrets.filter((secret) => output.includes(secret.slice(prefixLength)));
  return { secrets: secrets.length, outputBytes: output.length, printed: printed.length };
}

function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}
