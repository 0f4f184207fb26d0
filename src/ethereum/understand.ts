import { assert } from '../base/fault.ts';
import { parseJson } from '../base/json.ts';
import type { Root } from '../protection/mark.ts';
import { Field } from './field.ts';
import { ForkInfo } from './fork-info.ts';
import { type Chunk, hashPair, zeroChunk } from './merkle.ts';
import type { Network } from './network.ts';
import type { Networks } from './networks.ts';
import type { Reading, RootOf } from './reading.ts';
import { payloadOf, type SignKind, signKinds, signTypeOf } from './sign-kinds.ts';
import type { Understood } from './understood.ts';

/** The deepest is an attestation of a slashing in a full block, 10; the longest an envelope, by its transactions. */
const jsonLimits = { depthMax: 16, valuesMax: 200_000 };

/**
 * What a request asks, or null when its root needs full types: then `understandFully` answers, on a thread.
 *
 * @param body JSON; members that nobody knows are passed over
 * @throws Fault `wrong_network`; `json_*`, `unknown_kind`, `field_*`, `uint64_range`, `ambiguous_body`, `ssz_limit`,
 *   `fork_mismatch`, `network_ambiguous`
 */
export function understand(body: Uint8Array, networks: Networks): Understood | null {
  const request = new Request(body, networks);
  const { object } = request.reading;
  return typeof object === 'string' ? request.understood(object) : null;
}

/** The same for every request, with the library's roots. @throws Fault as `understand` does */
export function understandFully(body: Uint8Array, networks: Networks, rootOf: RootOf): Understood {
  const request = new Request(body, networks);
  const { object } = request.reading;
  if (typeof object === 'string') return request.understood(object);
  assert(request.network !== null, 'what needs full types is of a network');
  return request.understood(rootOf(object, request.network.preset));
}

/** One request, taken apart. */
class Request {
  readonly reading: Reading;
  readonly network: Network | null;
  readonly #type: Understood['type'];
  readonly #kind: SignKind;
  readonly #givenRoot: Root | null;
  readonly #networks: Networks;

  constructor(body: Uint8Array, networks: Networks) {
    const request = Field.of(parseJson(body, jsonLimits), 'request');
    this.#networks = networks;
    this.#type = signTypeOf(request.member('type'));
    this.#kind = signKinds[this.#type];
    const payload = payloadOf(request, this.#kind);
    const { network, reading } = read(this.#kind, payload, request, networks);
    this.network = network;
    this.reading = reading;
    this.#givenRoot = givenRootOf(request);
  }

  understood(objectRoot: Chunk): Understood {
    const { slot, epoch, claim, version } = this.reading;
    const { domain: type, priority } = this.#kind;
    const domain = this.#networks.domains.of({ type, version, validatorsRoot: this.#validatorsRoot() });
    const signingRoot = hashPair(objectRoot, domain);
    return {
      type: this.#type,
      signingRoot,
      givenRoot: this.#givenRoot,
      network: this.network,
      claim: claim && {
        duty: claim.duty,
        next: { height: claim.height, round: 0n, floor: claim.floor, root: signingRoot },
      },
      slot,
      epoch,
      priority,
    };
  }

  #validatorsRoot(): Chunk {
    const kind = this.#kind;
    const rooted = kind.needs === 'fork' || (kind.needs === 'network' && kind.rooted);
    return rooted && this.network !== null ? this.network.genesisValidatorsRoot.slice(2) : zeroChunk;
  }
}

interface Read {
  readonly network: Network | null;
  readonly reading: Reading;
}

/** A fork that is given is looked at first, even where the type can do without: no request for a foreign network passes. */
function read(kind: SignKind, payload: Field, request: Field, networks: Networks): Read {
  if (kind.needs === 'fork') {
    const info = new ForkInfo(request.member('fork_info'), networks);
    return { network: info.network, reading: kind.read(payload, info) };
  }
  const given = request.optional('fork_info');
  const named = given === null ? null : new ForkInfo(given, networks).network;
  if (kind.needs === 'nothing') return { network: null, reading: kind.read(payload) };
  const network = named ?? networks.forRegistrations();
  return { network, reading: kind.read(payload, network) };
}

/** Both spellings, which may both be there if they agree. */
function givenRootOf(request: Field): Root | null {
  const older = request.optional('signingRoot');
  const newer = request.optional('signing_root');
  const [first, second] = [newer?.hex(32) ?? null, older?.hex(32) ?? null];
  if (first !== null && second !== null && first !== second) {
    throw request.wrong('has two different roots in "signing_root" and "signingRoot"');
  }
  return first ?? second;
}
