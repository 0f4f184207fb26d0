import { z } from 'zod';
import { isFault, messageOf } from '../base/fault.ts';
import { decode } from '../tezos/base58.ts';
import { parseKeyHash } from '../tezos/key-hash.ts';
import { ballots, currentName, operationKinds, type RequestKind, requestKinds } from '../tezos/kinds.ts';
import { flag, noted, section, unbuilt } from './note.ts';

const nothingListed = noted(z.never(), {
  expects: 'an empty list or none, since only generic has kinds of operation',
  meaning: 'Nothing.',
});

/** The line of a kind of request that has no kinds of operation in it. */
function mayBeSigned(meaning: string) {
  return noted(z.array(nothingListed).nullish(), {
    expects: 'nothing after the colon, since only generic has kinds of operation',
    meaning: `Present: ${meaning} may be signed.`,
  });
}

const operations = noted(z.array(operationKind('allow.generic')).nullish(), {
  expects: 'a list of kinds of operation',
  meaning: 'Present: operations may be signed, if every kind in the request is listed. `ballot` covers all votes.',
});

const allow = noted(
  z.strictObject({
    block: mayBeSigned('blocks'),
    preattestation: mayBeSigned('preattestations'),
    attestation: mayBeSigned('attestations'),
    attestation_with_dal: mayBeSigned('attestations with DAL content (tz1 to tz3)'),
    generic: operations,
    pack: mayBeSigned('packed data'),
    endorsement: mayBeSigned('attestations, under their old name,'),
    preendorsement: mayBeSigned('preattestations, under their old name,'),
  }),
  {
    expects: 'a section with a line for each kind of request',
    meaning: 'The kinds of request that the key may sign. Absent or empty: none.',
    unknownKey: (key) => `invalid request kind \`${key}\` in \`allow\` list`,
  },
);

const requestKindName = noted(
  z.string().refine((found) => isRequestKind(currentName(found))),
  {
    expects: 'a kind of request',
    meaning: 'A kind of request.',
    choices: requestKinds,
    refusal: (found) => `invalid request kind \`${found}\` in \`allowed_operations\` list`,
  },
);

const allowedOperations = noted(z.array(requestKindName).nullish(), {
  expects: 'a list of kinds of request',
  meaning: 'Deprecated: the kinds of request, which are now the keys of `allow`.',
});

const allowedKinds = noted(z.array(operationKind('allowed_kinds')).nullish(), {
  expects: 'a list of kinds of operation',
  meaning: 'Deprecated: the kinds of operation, which are now the list `allow.generic`.',
});

const chainId = noted(z.string().refine(isChainId), {
  expects: 'a chain id (Net…)',
  meaning: 'A chain id.',
  refusal: (found) => `${JSON.stringify(found)} is not a chain id (Net… and 12 characters); look for a typing error`,
});

const allowedChains = noted(z.array(chainId).min(1).optional(), {
  expects: 'a list of one or more chain ids (Net…); remove the key to allow every chain',
  meaning: 'The chains for which blocks, preattestations and attestations may be signed. Absent: every chain.',
});

const policy = section(
  {
    allow: allow.nullish(),
    allowed_chains: allowedChains,
    allow_proof_of_possession: flag('May the key (tz4 only) prove its possession?').default(false),
    log_payloads: flag('Log the bytes of requests at level `info` instead of `debug`.').default(false),
    allowed_operations: allowedOperations,
    allowed_kinds: allowedKinds,
    authorized_keys: unbuilt('The clients that may use the key.'),
    jwt_users: unbuilt('The users that may use the key.'),
  },
  'What one key may sign. Nothing after the colon: `block`, `preattestation` and `attestation`.',
);

const keyHash = noted(
  z.string().refine((found) => keyHashFault(found) === null),
  { expects: 'a public key hash (tz1… to tz4…)', meaning: 'A public key hash.', refusal: keyHashFault },
);

/** `tezos`: Signatory's root. */
export const tezosSchema = noted(z.record(keyHash, policy.nullable()), {
  expects: 'a section with a line for each public key hash (tz1… to tz4…)',
  meaning: 'What each key may sign. A key that is not listed signs nothing.',
});

function operationKind(place: string) {
  return noted(z.string().refine(isOperationKind), {
    expects: 'a kind of operation',
    meaning: 'A kind of operation.',
    choices: operationKinds,
    refusal: (found) => `invalid operation kind \`${found}\` in \`${place}\` list${evidenceHint(found)}`,
  });
}

/** Signatory reads these as `double_attestation_evidence`, which its own list no longer has, and refuses to start. */
function evidenceHint(found: string): string {
  const old = /^double_(?:pre)?(?:endorsement|attestation)_evidence$/u.test(found);
  return old ? '; it is called double_consensus_operation_evidence today' : '';
}

function isOperationKind(found: string): boolean {
  return operationKinds.includes(found) || ballots.some((vote) => found === `ballot:${vote}`);
}

export function isRequestKind(found: string): found is RequestKind {
  const kinds: readonly string[] = requestKinds;
  return kinds.includes(found);
}

function isChainId(found: string): boolean {
  return found.startsWith('Net') && base58Error(() => decode(found)) === null;
}

function keyHashFault(found: string): string | null {
  const error = base58Error(() => parseKeyHash(found));
  return error === null ? null : `this is not a public key hash (tz1… to tz4…): ${error}; look for a typing error`;
}

function base58Error(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!isFault(error, 'base58check')) throw error;
    return messageOf(error);
  }
}
