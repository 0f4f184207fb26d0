import type { Duty, Lane } from '../../protection/lane.ts';

/** Where marks stand, and how the documents are called. All paths here begin below the database. */
export interface Place {
  /** `projects/…/databases/…` */
  readonly database: string;
  readonly collection: string;
}

/** Documents that count for a lane, one for each name. The first holds what is ours alone. */
interface Kinds {
  /** Each advance writes them. */
  readonly written: readonly [string, ...string[]];
  /** Names of before the protocol renamed the duty: nobody writes there any more, but what stands there counts. */
  readonly old: readonly string[];
}

/**
 * A baker may sign one attestation at a position, with DAL content or without. Signatory keeps a document for each;
 * both are one lane here, and both are written, so that an instance of Signatory is bound by what was signed here.
 */
const tezosKinds: Readonly<Record<Duty, Kinds>> = {
  block: { written: ['block'], old: [] },
  preattestation: { written: ['preattestation'], old: ['preendorsement'] },
  attestation: { written: ['attestation', 'attestation_with_dal'], old: ['endorsement'] },
};

const ethereumKinds: Readonly<Record<string, Duty>> = { block: 'block', attestation: 'attestation' };

/** One document of a lane. */
export interface LanePath {
  readonly kind: string;
  readonly path: string;
  readonly written: boolean;
}

/** The documents that count for a lane. */
export function lanePaths({ collection }: Place, { chain, network, key, duty }: Lane): readonly LanePath[] {
  const { written, old } = chain === 'tezos' ? tezosKinds[duty] : { written: [duty], old: [] };
  const pathOf = (kind: string): string => `${collection}/${network}/${kind}/${key}`;
  return [
    ...written.map((kind) => ({ kind, path: pathOf(kind), written: true })),
    ...old.map((kind) => ({ kind, path: pathOf(kind), written: false })),
  ];
}

/** The document that says which store this is, and holds the stop lines. No network is called so. */
export const homeId = 'tidemark';

export function homePath({ collection }: Place): string {
  return `${collection}/${homeId}`;
}

const tezosNetwork = /^Net[0-9A-Za-z]+$/u;
const ethereumNetwork = /^0x[0-9a-f]{64}$/u;

export function chainOf(network: string): Lane['chain'] | null {
  if (tezosNetwork.test(network)) return 'tezos';
  return ethereumNetwork.test(network) ? 'ethereum' : null;
}

/** The names under which marks of a chain stand, and the duty of each. */
export function dutiesOf(chain: Lane['chain']): ReadonlyMap<string, Duty> {
  if (chain === 'ethereum') return new Map(Object.entries(ethereumKinds));
  const duties = ['block', 'preattestation', 'attestation'] as const;
  return new Map(
    duties.flatMap((duty) => [...tezosKinds[duty].written, ...tezosKinds[duty].old].map((kind) => [kind, duty])),
  );
}

const keyPatterns = { tezos: /^tz[0-9A-Za-z]+$/u, ethereum: /^0x[0-9a-f]{96}$/u };

export function isKeyOf(chain: Lane['chain'], id: string): boolean {
  return keyPatterns[chain].test(id);
}
