import { Fault } from '../base/fault.ts';

const form = /^(?:0x)?([0-9a-fA-F]{96})$/u;

/**
 * The key that a request's path names, as lanes call it: `0x` and 96 lower-case hex digits. `0x` may be left out, case
 * does not count (ethereum.md §1.1). Whether it is a point of the curve nobody asks: no key that is loaded is not one.
 *
 * @throws Fault `field_invalid`
 */
export function parsePublicKey(text: string): string {
  const digits = form.exec(text)?.[1];
  if (digits !== undefined) return `0x${digits.toLowerCase()}`;
  throw new Fault(
    'field_invalid',
    'identifier: expected a BLS public key, 48 bytes as 96 hex digits, with or without 0x',
  );
}
