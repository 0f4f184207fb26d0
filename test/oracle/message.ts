import { Field } from './request-text.ts';
import { type Chunk, container, hash, padded, uint64 } from './ssz.ts';

/** What a signing request asks for, read without any of the signer's own code. */
export interface Message {
  readonly type: string;
  /** 64 hex digits; for the messages that the oracle has no roots of, null. */
  readonly signingRoot: string | null;
  /** What it says about its sender's history; null when nobody is punished for it. */
  readonly claim: Claim | null;
}

export type Claim =
  | { readonly duty: 'block'; readonly network: string; readonly slot: bigint }
  | { readonly duty: 'attestation'; readonly network: string; readonly source: bigint; readonly target: bigint };

/** What a reader finds in the message's own object: its root, and the epoch that chooses the fork. */
interface Reading {
  readonly domainType: string;
  readonly epoch: bigint;
  readonly objectRoot: Chunk;
  readonly claim?: (network: string) => Claim;
}

const slotsPerEpoch = 32n;

/**
 * The types whose roots are built here: those that are punished, and those that a load is made of. Slots are those of
 * the mainnet preset.
 */
const readers: Readonly<Record<string, (body: Field) => Reading>> = {
  ATTESTATION: (body) => attestationOf(body.member('attestation')),
  BLOCK_V2: (body) => headerOf(body.member('beacon_block').member('block_header')),
  RANDAO_REVEAL: (body) => {
    const epoch = body.member('randao_reveal').member('epoch').uint64();
    return { domainType: '02000000', epoch, objectRoot: uint64(epoch) };
  },
  AGGREGATION_SLOT: (body) => {
    const slot = body.member('aggregation_slot').member('slot').uint64();
    return { domainType: '05000000', epoch: slot / slotsPerEpoch, objectRoot: uint64(slot) };
  },
  SYNC_COMMITTEE_MESSAGE: (body) => {
    const message = body.member('sync_committee_message');
    const objectRoot = message.member('beacon_block_root').bytes(32);
    return { domainType: '07000000', epoch: message.member('slot').uint64() / slotsPerEpoch, objectRoot };
  },
  SYNC_COMMITTEE_SELECTION_PROOF: (body) => {
    const data = body.member('sync_aggregator_selection_data');
    const slot = data.member('slot').uint64();
    const objectRoot = container([uint64(slot), uint64(data.member('subcommittee_index').uint64())]);
    return { domainType: '08000000', epoch: slot / slotsPerEpoch, objectRoot };
  },
};

/** @param text the body of a request to sign @throws Unreadable when it is none */
export function messageOf(text: string): Message {
  const body = Field.ofText(text);
  const type = body.member('type').text().toUpperCase();
  const reader = readers[type];
  // A block in full is punished like any other, and no header can be read out of it here.
  if (reader === undefined || (type === 'BLOCK_V2' && !body.member('beacon_block').has('block_header')))
    return { type, signingRoot: null, claim: null };
  const { domainType, epoch, objectRoot, claim } = reader(body);
  const forkInfo = body.member('fork_info');
  const genesisRoot = forkInfo.member('genesis_validators_root').bytes(32);
  const version = versionAt(epoch, forkInfo.member('fork'));
  const domain = Buffer.concat([
    Buffer.from(domainType, 'hex'),
    container([padded(version), genesisRoot]).subarray(0, 28),
  ]);
  const signingRoot = hash(objectRoot, domain).toString('hex');
  return { type, signingRoot, claim: claim?.(genesisRoot.toString('hex')) ?? null };
}

function versionAt(epoch: bigint, fork: Field): Buffer {
  const isBefore = epoch < fork.member('epoch').uint64();
  return fork.member(isBefore ? 'previous_version' : 'current_version').bytes(4);
}

function attestationOf(data: Field): Reading {
  const [source, target] = [checkpointOf(data.member('source')), checkpointOf(data.member('target'))];
  const objectRoot = container([
    uint64(data.member('slot').uint64()),
    uint64(data.member('index').uint64()),
    data.member('beacon_block_root').bytes(32),
    source.root,
    target.root,
  ]);
  return {
    domainType: '01000000',
    epoch: target.epoch,
    objectRoot,
    claim: (network) => ({ duty: 'attestation', network, source: source.epoch, target: target.epoch }),
  };
}

function checkpointOf(checkpoint: Field): { readonly epoch: bigint; readonly root: Chunk } {
  const epoch = checkpoint.member('epoch').uint64();
  return { epoch, root: container([uint64(epoch), checkpoint.member('root').bytes(32)]) };
}

function headerOf(header: Field): Reading {
  const slot = header.member('slot').uint64();
  const objectRoot = container([
    uint64(slot),
    uint64(header.member('proposer_index').uint64()),
    header.member('parent_root').bytes(32),
    header.member('state_root').bytes(32),
    header.member('body_root').bytes(32),
  ]);
  const claim = (network: string): Claim => ({ duty: 'block', network, slot });
  return { domainType: '00000000', epoch: slot / slotsPerEpoch, objectRoot, claim };
}
