import { Fault } from '../../base/fault.ts';

/**
 * The Fault that stops the start: what is on the disk is not what this store wrote. Nothing is ever repaired by
 * guessing,
 * since a guess could forget a mark.
 *
 * @param offset the first byte that is wrong
 */
export function corrupt(path: string, offset: number, what: string): Fault {
  const text =
    `${path}, byte ${offset}: ${what}. The file is left as it is and nothing is signed: restore it as it last was, ` +
    'or see docs/troubleshooting.md#store-corrupt. Never delete it or put an older copy in its place';
  return new Fault('store_corrupt', text, { facts: { path, offset } });
}

/** The Fault for a file that must be there and is not: a mark that vanished is never a fresh one. */
export function vanished(path: string, what: string): Fault {
  const text =
    `${path} is missing: ${what}. Nothing is signed without it: put it back as it last was, ` +
    'or see docs/troubleshooting.md#store-corrupt';
  return new Fault('store_corrupt', text, { facts: { path } });
}
