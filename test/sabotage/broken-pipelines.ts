import { parsePublicKey } from '../../src/ethereum/public-key.ts';
import type { Understood } from '../../src/ethereum/understood.ts';
import type { Lane } from '../../src/protection/lane.ts';
import { decide, type Mark } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { type Recordable, type Recorded, Recorder } from '../../src/signing/recorder.ts';
import { NoopStore } from '../../src/stores/noop/noop-store.ts';
import { hoodi } from '../support/ethereum-bodies.ts';
import { type MakePipeline, type PipelineParts, pipelineOf, recorderOn, recorderParts } from './pipeline.ts';

export interface BrokenPipeline {
  readonly name: string;
  readonly make: MakePipeline;
  /** The promise that it must be found to break, among others. */
  readonly breaks: string;
}

const everSoFar = 2n ** 80n;

/** Changes what was understood of a request. */
function reading(change: (understood: Understood) => Understood): MakePipeline {
  return (parts) => pipelineOf({ ...parts, reader: { read: (body) => change(parts.reader.read(body)) } });
}

/** Changes a request before it is understood. */
function rewriting(change: (text: string) => string): MakePipeline {
  return (parts) =>
    pipelineOf({
      ...parts,
      reader: { read: (body) => parts.reader.read(Buffer.from(change(Buffer.from(body).toString()))) },
    });
}

function marking(change: (mark: Mark & { readonly root: string }) => Mark & { readonly root: string }): MakePipeline {
  return reading((understood) => {
    const { claim } = understood;
    return claim === null ? understood : { ...understood, claim: { ...claim, next: change(claim.next) } };
  });
}

/** The lane and the mark that a request is about, whoever holds its key; null for what no rule concerns. */
function claimed({ reader }: PipelineParts, identifier: string, body: Uint8Array): Claimed | null {
  const { claim, network } = reader.read(body);
  if (claim === null || network === null) return null;
  const key = parsePublicKey(identifier);
  return {
    lane: { chain: 'ethereum', network: network.genesisValidatorsRoot, key, duty: claim.duty },
    next: claim.next,
  };
}

interface Claimed {
  readonly lane: Lane;
  readonly next: Mark;
}

/** Records first, and then does everything as it should be done. */
function recordingFirst(when: (parts: PipelineParts, identifier: string) => boolean): MakePipeline {
  return (parts) => {
    const sound = pipelineOf(parts);
    return {
      sign: async (request) => {
        const early = when(parts, request.identifier) ? claimed(parts, request.identifier, request.body) : null;
        if (early !== null) await parts.store.advance(early.lane, early.next);
        return await sound.sign(request);
      },
    };
  };
}

/** Asks whether there is room when the position is used up already. */
class HastyRecorder extends Recorder {
  readonly #store: MarkStore;

  constructor(store: MarkStore) {
    super(recorderParts(store));
    this.#store = store;
  }

  override async sign(recordable: Recordable): Promise<Recorded> {
    const { intent } = recordable;
    if (intent.kind === 'guarded') await this.#store.advance(intent.lane, intent.next);
    return await super.sign(recordable);
  }
}

const anyRoot = /"genesis_validators_root":"0x[0-9a-f]{64}"/u;
const ourRoot = `"genesis_validators_root":"${hoodi.forkInfo.genesis_validators_root}"`;

const isPunished = (text: string): boolean => /"type":"(?:ATTESTATION|BLOCK_V2)"/u.test(text);

export const brokenPipelines: readonly BrokenPipeline[] = [
  {
    name: 'the clock is not asked',
    make: (parts) => pipelineOf({ ...parts, futureSlotsMax: everSoFar }),
    breaks: 'row 41: the greatest uint64 for an epoch',
  },
  {
    name: 'the clock is not asked about epochs',
    make: reading((understood) => ({ ...understood, epoch: null })),
    breaks: 'row 43: a seed for an epoch beyond now',
  },
  {
    name: 'the clock is not asked about slots',
    make: reading((understood) => ({ ...understood, slot: null })),
    breaks: 'row 43: a block beyond now',
  },
  {
    name: 'recorded, and then the clock is asked',
    make: recordingFirst(({ keyring }, identifier) => keyring.find(parsePublicKey(identifier)) !== null),
    breaks: 'row 43: a block beyond now: something was recorded',
  },
  {
    name: 'recorded, and then the key is looked for',
    make: recordingFirst(() => true),
    breaks: 'row 35: a public key of zeros: something was recorded',
  },
  {
    name: 'recorded, and then the roots are compared',
    make: recordingFirst(({ keyring }, identifier) => keyring.find(parsePublicKey(identifier)) !== null),
    breaks: 'row 51: a root that is another: something was recorded',
  },
  {
    name: 'recorded, and then there is no room',
    make: (parts) => pipelineOf(parts, { recorder: new HastyRecorder(parts.store) }),
    breaks: 'order: no room for a signature before nothing: something was recorded',
  },
  {
    name: 'a given root is not compared',
    make: reading((understood) => ({ ...understood, givenRoot: null })),
    breaks: 'row 51: a root that is another',
  },
  {
    name: 'a given root is signed',
    make: reading((understood) => ({ ...understood, signingRoot: understood.givenRoot ?? understood.signingRoot })),
    breaks: 'row 51: a root that is another',
  },
  {
    name: 'the guard is not asked',
    make: (parts) => pipelineOf(parts, { recorder: recorderOn(new NoopStore()) }),
    breaks: 'row 45: the same target with another head',
  },
  {
    name: 'any network will do',
    make: rewriting((text) => text.replace(anyRoot, ourRoot)),
    breaks: 'row 49: the root of another network',
  },
  {
    name: 'any network will do where no rule concerns the type',
    make: rewriting((text) => (isPunished(text) ? text : text.replace(anyRoot, ourRoot))),
    breaks: 'row 49: the root of another network, where no rule concerns the type',
  },
  {
    name: 'every message is of one fork',
    make: rewriting((text) => text.replace('"epoch":"60002"', `"epoch":"${hoodi.forkInfo.fork.epoch}"`)),
    breaks: 'row 48: the same data under another fork',
  },
  {
    name: 'the source does not count',
    make: marking((mark) => ({ ...mark, floor: 0n })),
    breaks: 'row 46: a vote that surrounds',
  },
  {
    name: 'source and target are exchanged',
    make: marking((mark) => (mark.floor === 0n ? mark : { ...mark, height: mark.floor, floor: mark.height })),
    breaks: 'row 44: a target far in the past, of a key that never signed',
  },
  {
    name: 'all messages have one root in the marks',
    make: marking((mark) => ({ ...mark, root: 'ee'.repeat(32) })),
    breaks: 'row 45: the same target with another head',
  },
  {
    name: 'blocks and votes have one mark',
    make: reading((understood) => {
      const { claim } = understood;
      return claim === null ? understood : { ...understood, claim: { ...claim, duty: 'attestation' } };
    }),
    breaks: 'row 36: an unknown type: then 412',
  },
  {
    name: 'a conflict is told before the clock is asked',
    make: (parts) => {
      const sound = pipelineOf(parts);
      return {
        sign: async (request) => {
          const early = claimed(parts, request.identifier, request.body);
          const verdict = early === null ? null : decide(await parts.store.read(early.lane), early.next);
          if (verdict?.kind !== 'refused') return await sound.sign(request);
          return { kind: 'refused', why: verdict.why, duty: 'attestation', found: verdict.found };
        },
      };
    },
    breaks: 'order: a target beyond now before a conflict',
  },
  {
    name: 'an unknown key is told before the request is read',
    make: (parts) => {
      const sound = pipelineOf(parts);
      return {
        sign: async (request) => {
          if (parts.keyring.find(parsePublicKey(request.identifier)) === null) return { kind: 'unknown_key' };
          return await sound.sign(request);
        },
      };
    },
    breaks: 'order: a body that is cut off before a key that is not here',
  },
];
