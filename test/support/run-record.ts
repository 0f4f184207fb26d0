import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What `npm run check` looks at when all tests have run: every secret that a test gave to the program must be absent
 * from everything that the program printed in the whole run. Without `TIDEMARK_CHECK_RECORD` nothing is kept.
 */
const folder = process.env['TIDEMARK_CHECK_RECORD'];

/** A text that must never be printed. */
export function recordSecret(text: string): void {
  if (folder !== undefined) appendFileSync(join(folder, 'secrets'), `${text}\n`);
}

/** What the program printed, on either stream. */
export function recordOutput(text: string): void {
  if (folder !== undefined) appendFileSync(join(folder, 'output'), text);
}
