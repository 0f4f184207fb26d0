import type { SecretBytes } from '../base/secret-bytes.ts';

/** Where the passwords of encrypted keys come from: a person at a terminal, or the configuration. */
export interface PasswordSource {
  /** How often it is worth asking for the same entry: once, unless a person answers. */
  readonly attemptsMax: number;
  /**
   * @param entry the name of the encrypted key, as its vault names it
   * @returns the password's UTF-8 bytes; whoever asked wipes them
   * @throws Fault `vault_invalid` when there is nobody to ask
   */
  ask(entry: string): Promise<SecretBytes>;
}
