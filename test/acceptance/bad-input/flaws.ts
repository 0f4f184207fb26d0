import { attestationBody, bytes, currentEpoch } from '../../support/ethereum-bodies.ts';
import { mainnetRoot } from '../../support/ethereum-requests.ts';

/** The vote that was signed before, and one that could be signed next but for what is wrong with it. */
export const signedVote = attestationBody({ source: 60_000, target: 60_001 });
const nextVote = attestationBody({ source: 60_000, target: 60_002 });

/** A request, as far as something can be wrong with it. */
export interface Flawed {
  host: string;
  /** The key, as the path names it. */
  identifier: string;
  readonly body: VoteBody & Record<string, unknown>;
  /** Is the last byte of the body missing? */
  cut: boolean;
  /** Is there no room for one more signature? Only a test that holds the key can have it so. */
  crowded: boolean;
}

interface VoteBody {
  type: string;
  readonly fork_info: { readonly fork: { current_version: string }; genesis_validators_root: string };
  readonly attestation: { index: string; readonly source: { epoch: string }; readonly target: { epoch: string } };
}

/** One thing that is wrong with a request, and the answer to it. */
export interface Flaw {
  readonly what: string;
  readonly status: number;
  readonly code: string;
  readonly spoil: (request: Flawed) => void;
}

function flaw(what: string, status: number, code: string, spoil: Flaw['spoil']): Flaw {
  return { what, status, code, spoil };
}

/**
 * In the order in which a request is looked at: of several the first is told. Before the last two nothing about what
 * the signer holds or has signed may be learnt by a request that is wrong in itself, and nothing may be recorded.
 */
export const flaws: readonly Flaw[] = [
  flaw('a foreign host', 403, 'host_not_allowed', (request) => (request.host = 'evil.example')),
  flaw('an identifier that is no key', 400, 'field_invalid', (request) => (request.identifier = '0x12')),
  flaw('a body that is cut off', 400, 'json_syntax', (request) => (request.cut = true)),
  flaw('an unknown type', 400, 'unknown_kind', ({ body }) => (body.type = 'VOTE')),
  flaw('two things to sign', 400, 'ambiguous_body', ({ body }) => (body['randao_reveal'] = { epoch: '1' })),
  flaw('another network', 403, 'wrong_network', ({ body }) => (body.fork_info.genesis_validators_root = mainnetRoot)),
  flaw('an unknown fork', 400, 'fork_mismatch', ({ body }) => (body.fork_info.fork.current_version = '0x7f000910')),
  flaw('a number with a leading zero', 400, 'uint64_range', ({ body }) => (body.attestation.index = '01')),
  flaw('a root that is another', 400, 'signing_root_mismatch', ({ body }) => (body['signing_root'] = bytes(32, 9))),
  flaw('a key that is not here', 404, 'key_not_found', (request) => (request.identifier = bytes(48, 0xff))),
  flaw('a target beyond now', 400, 'beyond_future_bound', ({ body }) => {
    body.attestation.target.epoch = `${currentEpoch() + 100}`;
  }),
  flaw('no room for a signature', 503, 'overloaded', (request) => (request.crowded = true)),
  flaw('a conflict', 412, 'surround', ({ body }) => (body.attestation.source.epoch = '59999')),
];

/** A request for the next vote, with these flaws. */
export function flawed(identifier: string, some: readonly Flaw[]): Flawed {
  const body = JSON.parse(nextVote) as Flawed['body'];
  const request: Flawed = { host: 'localhost', identifier, body, cut: false, crowded: false };
  // Where two flaws meet in one place, the earlier one stands.
  for (const { spoil } of some.toReversed()) spoil(request);
  return request;
}

export function bodyTextOf({ body, cut }: Flawed): string {
  const text = JSON.stringify(body);
  return cut ? text.slice(0, -1) : text;
}

/** Every two of them, and from each one on all that come after it. @returns lists whose first must be told */
export function combinationsOf(some: readonly Flaw[]): readonly (readonly [Flaw, ...Flaw[]])[] {
  return some.flatMap((first, index) => {
    const later = some.slice(index + 1);
    const pairs = later.map((second): readonly [Flaw, ...Flaw[]] => [first, second]);
    return later.length > 1 ? [[first], ...pairs, [first, ...later]] : [[first], ...pairs];
  });
}
