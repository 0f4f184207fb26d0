import { appendFileSync } from 'node:fs';

/**
 * What a test file says to the summary of `npm run check`. Each call writes one line of JSON to the file named by
 * `TIDEMARK_CHECK_NOTES`; without it (a test file run by hand) the sentence is printed.
 */
export interface Note {
  /**
   * `missing`: something that should have run did not; an error where `TIDEMARK_REQUIRE=all`. `ran`: a suite that must
   * have run (`suites.ts`).
   */
  readonly kind: 'told' | 'missing' | 'ran';
  readonly text: string;
  /** The test file that said it. */
  readonly file: string;
}

/** A line for the summary, such as how many vectors were asked. */
export function note(text: string): void {
  write('told', text);
}

/** A suite has ended. @param name as `suites.ts` calls it */
export function ran(name: string): void {
  write('ran', name);
}

/** A suite that cannot run here. The file that calls this may hold no test at all. */
export function notRun(name: string, reason: string): void {
  write('missing', notRunText(name, reason));
}

export function notRunText(name: string, reason: string): string {
  return `not run: ${name} (${reason})`;
}

/** Data for tests that stands outside the project was not found. @param remedy what to do, as an imperative */
export function notGiven(name: string, remedy: string): void {
  write('missing', `${name}: not given (${remedy})`);
}

function write(kind: Note['kind'], text: string): void {
  const line: Note = { kind, text, file: process.argv[1] ?? '' };
  const path = process.env['TIDEMARK_CHECK_NOTES'];
  if (path === undefined) console.log(text);
  else appendFileSync(path, `${JSON.stringify(line)}\n`);
}
