/** Makers of the bodies that validators' clients send, each with as much as a test of the signer needs to vary. */

/** What a request says about its network. */
export interface ForkInfo {
  readonly fork: { readonly previous_version: string; readonly current_version: string; readonly epoch: string };
  readonly genesis_validators_root: string;
}

/** The public test network that these requests are for, and the fork that it has been in since December 2025. */
export const hoodi = {
  name: 'hoodi',
  /** Seconds since 1970. */
  genesisTime: 1_742_213_400,
  secondsPerSlot: 12,
  slotsPerEpoch: 32,
  forkInfo: {
    fork: { previous_version: '0x60000910', current_version: '0x70000910', epoch: '50688' },
    genesis_validators_root: '0x212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f',
  } satisfies ForkInfo,
} as const;

/** The slot that hoodi is in: a signer that knows the network refuses what lies far beyond it. */
export function currentSlot(nowMs = Date.now()): number {
  return Math.floor((nowMs / 1000 - hoodi.genesisTime) / hoodi.secondsPerSlot);
}

export function currentEpoch(nowMs = Date.now()): number {
  return Math.floor(currentSlot(nowMs) / hoodi.slotsPerEpoch);
}

export interface AttestationFields {
  readonly source: number;
  readonly target: number;
  /** Another byte is another block to vote for, and with it another root. */
  readonly fill?: number;
  readonly forkInfo?: ForkInfo;
  /** Other members of the body. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export function attestationBody(fields: AttestationFields): string {
  const { forkInfo = hoodi.forkInfo, more = {} } = fields;
  return JSON.stringify({ type: 'ATTESTATION', fork_info: forkInfo, attestation: attestationData(fields), ...more });
}

export function attestationData({ source, target, fill = 1 }: AttestationFields): Readonly<Record<string, unknown>> {
  return {
    slot: `${target * hoodi.slotsPerEpoch}`,
    index: '0',
    beacon_block_root: bytes(32, fill),
    source: { epoch: `${source}`, root: bytes(32, 0x0a) },
    target: { epoch: `${target}`, root: bytes(32, 0x0b) },
  };
}

export interface BlockFields {
  readonly slot: number;
  /** Another byte is another body, and with it another root. */
  readonly fill?: number;
  readonly forkInfo?: ForkInfo;
}

/** A block by its header, as every client proposes since Bellatrix. */
export function blockBody({ slot, fill = 1, forkInfo = hoodi.forkInfo }: BlockFields): string {
  const header = {
    slot: `${slot}`,
    proposer_index: '7',
    parent_root: bytes(32, 0x0c),
    state_root: bytes(32, 0x0d),
    body_root: bytes(32, fill),
  };
  const block = { version: 'FULU', block_header: header };
  return JSON.stringify({ type: 'BLOCK_V2', fork_info: forkInfo, beacon_block: block });
}

export function randaoBody(epoch: number): string {
  return JSON.stringify({ type: 'RANDAO_REVEAL', fork_info: hoodi.forkInfo, randao_reveal: { epoch: `${epoch}` } });
}

/** The proof that selects aggregators: what a thousand keys ask for at the start of each epoch. */
export function aggregationSlotBody(slot: number): string {
  return JSON.stringify({ type: 'AGGREGATION_SLOT', fork_info: hoodi.forkInfo, aggregation_slot: { slot: `${slot}` } });
}

export function syncMessageBody(slot: number, fill = 1): string {
  const message = { beacon_block_root: bytes(32, fill), slot: `${slot}` };
  return JSON.stringify({ type: 'SYNC_COMMITTEE_MESSAGE', fork_info: hoodi.forkInfo, sync_committee_message: message });
}

export function syncSelectionBody(slot: number, subcommittee: number): string {
  const data = { slot: `${slot}`, subcommittee_index: `${subcommittee}` };
  return JSON.stringify({
    type: 'SYNC_COMMITTEE_SELECTION_PROOF',
    fork_info: hoodi.forkInfo,
    sync_aggregator_selection_data: data,
  });
}

/** `0x` and the same byte over and over. */
export function bytes(count: number, fill: number): string {
  return `0x${fill.toString(16).padStart(2, '0').repeat(count)}`;
}
