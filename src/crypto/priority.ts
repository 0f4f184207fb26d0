/**
 * Whose signature is made first when a queue builds: what loses most by being late goes before what loses least.
 * Tezos duties are all `block`: a baker asks for a handful a minute.
 */
export const priorities = ['block', 'attestation', 'sync', 'aggregate', 'selection'] as const;

export type Priority = (typeof priorities)[number];
