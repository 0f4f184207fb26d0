import { Fault } from '../../base/fault.ts';

/** A public key as lanes name it. @throws Fault `config_invalid` */
export function parseKey(text: string): string {
  const key = text.toLowerCase().replace(/^(?:0x)?/u, '0x');
  if (/^0x[0-9a-f]{96}$/u.test(key)) return key;
  throw new Fault('config_invalid', `--key: found "${text}"; expected a BLS public key, 96 hex digits`);
}
