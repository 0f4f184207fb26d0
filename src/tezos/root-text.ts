import { Fault } from '../base/fault.ts';
import { fromHex, toHex } from '../base/hex.ts';
import type { Root } from '../protection/mark.ts';
import { decode, encode } from './base58.ts';

/** A root as Signatory writes it in its watermark files and tables: `vh…`. */
export function rootText(root: Root): string {
  return encode('vh', fromHex(root));
}

/** Reads `vh…` into a root. @throws Fault `base58check` */
export function parseRootText(text: string): Root {
  const { prefix, payload } = decode(text);
  if (prefix !== 'vh') throw new Fault('base58check', `this is a ${prefix} text; a digest (vh…) was expected`);
  return toHex(payload);
}
