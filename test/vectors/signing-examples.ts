import type { ForkName, Preset } from '../../src/ethereum/network.ts';

/**
 * The examples of the OpenAPI documents of Web3Signer (26.9) and of ethereum/remote-signing-api (1.1 to 1.4), as far as
 * they name a signing root: values only. All are of one network whose every fork has the version 0x00000001, so each
 * says here which fork it is an example of, which the version alone does not tell. Not here: the three with full bodies
 * (BLOCK, BLOCK_V2 of PHASE0 and of ALTAIR), whose types are held against another implementation instead.
 */
export interface SigningExample {
  readonly fork: ForkName;
  readonly preset: Preset['name'];
  readonly request: Readonly<Record<string, unknown>>;
  readonly signingRoot: string;
  /**
   * What it is really, where the document is wrong: the aggregates of Electra and Fulu, by this program and
   * by @lodestar/types.
   */
  readonly trueRoot?: string;
}

const zero = '0x0000000000000000000000000000000000000000000000000000000000000000';
const header = {
  slot: '0',
  proposer_index: '4666673844721362956',
  parent_root: '0x367cbd40ac7318427aadb97345a91fa2e965daf3158d7f1846f1306305f41bef',
  state_root: '0xfd18cf40cc907a739be483f1ca0ee23ad65cdd3df23205eabc6d660a75d1f54e',
};

function block(fork: ForkName, bodyRoot: string, signingRoot: string): SigningExample {
  const beaconBlock = { version: fork.toUpperCase(), block_header: { ...header, body_root: bodyRoot } };
  return { fork, preset: 'minimal', request: { type: 'BLOCK_V2', beacon_block: beaconBlock }, signingRoot };
}

const blockRoot = '0x100814c335d0ced5014cfa9d2e375e6d9b4e197381f8ce8af0473200fdc917fd';
const data = {
  slot: '0',
  index: '0',
  beacon_block_root: blockRoot,
  source: { epoch: '0', root: zero },
  target: { epoch: '0', root: blockRoot },
};
const signature =
  '0xa627242e4a5853708f4ebf923960fb8192f93f2233cd347e05239d86dd9fb66b721ceec1baeae6647f498c9126074f1101a87854d674b6eebc220fd8c3d8405bdfd8e286b707975d9e00a56ec6cbbf762f23607d490f0bbb16c3e0e483d51875';
const selectionProof =
  '0xa63f73a03f1f42b1fd0a988b614d511eb346d0a91c809694ef76df5ae021f0f144d64e612d735bc8820950cf6f7f84cd0ae194bfe3d4242fe79688f83462e3f69d9d33de71aab0721b7dab9d6960875e5fdfd26b171a75fb51af822043820c47';
const oldAggregate = {
  aggregator_index: '1',
  aggregate: { aggregation_bits: '0x00000101', data, signature },
  selection_proof: selectionProof,
};
const electraAggregate = {
  aggregator_index: '1',
  aggregate: {
    aggregation_bits: '0x0000000000000000000000000000000000000000000101',
    data,
    signature,
    committee_bits: '0x0000000000000001',
  },
  selection_proof: selectionProof,
};

function aggregate(fork: ForkName): SigningExample {
  const payload = { version: fork.toUpperCase(), data: oldAggregate };
  return {
    fork,
    preset: 'minimal',
    request: { type: 'AGGREGATE_AND_PROOF_V2', aggregate_and_proof: payload },
    signingRoot: '8d777156899cb02e0e66217afd832886239752a59a393218f6c603bcf615b4f8',
  };
}

/** Eight bytes of committee bits: the mainnet preset. */
function wrongAggregate(fork: ForkName): SigningExample {
  const payload = { version: fork.toUpperCase(), data: electraAggregate };
  return {
    fork,
    preset: 'mainnet',
    request: { type: 'AGGREGATE_AND_PROOF_V2', aggregate_and_proof: payload },
    signingRoot: '247535806f76143fe4798427b2a79b85340c1a029a9e08581995b60e4e45c9e0',
    trueRoot: '1180bcb41bda522b3420274c6e4931c37ecf4eef99a57e4d04fc81e82b2ced40',
  };
}

function of(fork: ForkName, request: SigningExample['request'], signingRoot: string): SigningExample {
  return { fork, preset: 'minimal', request, signingRoot };
}

const laterBody = '0xa759d8029a69d4fdd8b3996086e9722983977e4efc1f12f4098ea3d93e868a6b';
const laterRoot = 'aa2e0c465c1a45d7b6637fcce4ad6ceb71fc12064b548078d619a411f0de8adc';
const publicKey = '0x8f82597c919c056571a05dfe83e6a7d32acf9ad8931be04d11384e95468cd68b40129864ae12745f774654bbac09b057';
const attested = '0xb2eedb01adbd02c828d5eec09b4c70cbba12ffffba525ebf48aca33028e8ad89';
const synced = '0x235bc3400c2839fd856a524871200bd5e362db615fc4565e1870ed9a2a936464';

export const signingExamples: readonly SigningExample[] = [
  block(
    'bellatrix',
    '0xe74b0fc13f19ae2077403afa03fdc155484f22d05d93eb084473951bb3a8d1ae',
    '26d0ee0b6c2261cd6010112a024de4f3d2e1e9844d11d60b057fac344c745464',
  ),
  block('capella', laterBody, laterRoot),
  block('deneb', laterBody, laterRoot),
  block('electra', laterBody, laterRoot),
  block('fulu', laterBody, laterRoot),
  block('gloas', laterBody, laterRoot),
  of(
    'phase0',
    {
      type: 'ATTESTATION',
      attestation: {
        slot: '32',
        index: '0',
        beacon_block_root: attested,
        source: { epoch: '0', root: zero },
        target: { epoch: '0', root: attested },
      },
    },
    '548c9a015f4c96cb8b1ddbbdfca85846f85bf9f344a434c140f378cdfb5341f0',
  ),
  of(
    'phase0',
    { type: 'AGGREGATION_SLOT', aggregation_slot: { slot: '119' } },
    '1fb90dd6e8b2670e6949347bc4eaacd37f9b6cc6e42c559973e362c800e853b9',
  ),
  of(
    'phase0',
    { type: 'AGGREGATE_AND_PROOF', aggregate_and_proof: oldAggregate },
    '8d777156899cb02e0e66217afd832886239752a59a393218f6c603bcf615b4f8',
  ),
  aggregate('phase0'),
  aggregate('altair'),
  aggregate('bellatrix'),
  aggregate('capella'),
  aggregate('deneb'),
  wrongAggregate('electra'),
  wrongAggregate('fulu'),
  of(
    'phase0',
    { type: 'RANDAO_REVEAL', randao_reveal: { epoch: '3' } },
    '3d047c51a8b03630781dc4c5519c17f7de87174246ff2deed0f195c6c775f91e',
  ),
  of(
    'phase0',
    { type: 'VOLUNTARY_EXIT', voluntary_exit: { epoch: '119', validator_index: '0' } },
    '38e9f1cfe7926ce5366b633b7fc7113129025737394002d2637faaeefc56913d',
  ),
  of(
    'altair',
    { type: 'SYNC_COMMITTEE_MESSAGE', sync_committee_message: { beacon_block_root: synced, slot: '0' } },
    'a6f60df2817ea5b52eed1fefebbad746ef64c6249fc05c90c9e0f520cc75bb95',
  ),
  of(
    'altair',
    {
      type: 'SYNC_COMMITTEE_SELECTION_PROOF',
      sync_aggregator_selection_data: { slot: '0', subcommittee_index: '0' },
    },
    '50d85c783ab27c1eb3f3efa914b91cb93ffd677137b15c27ba5bb548306e6963',
  ),
  of(
    'altair',
    {
      type: 'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF',
      contribution_and_proof: {
        aggregator_index: '11',
        selection_proof:
          '0x8f5c34de9e22ceaa7e8d165fc0553b32f02188539e89e2cc91e2eb9077645986550d872ee3403204ae5d554eae3cac12124e18d2324bccc814775316aaef352abc0450812b3ca9fde96ecafa911b3b8bfddca8db4027f08e29c22a9c370ad933',
        contribution: {
          slot: '0',
          beacon_block_root: synced,
          subcommittee_index: '1',
          aggregation_bits: '0x24',
          signature:
            '0x9005ed0936f527d416609285b355fe6b9610d730c18b9d2f4942ba7d0eb95ba304ff46b6a2fb86f0c756bf09274db8e11399b7642f9fc5ae50b5bd9c1d87654277a19bfc3df78d36da16f44a48630d9550774a4ca9f3a5b55bbf33345ad2ec71',
        },
      },
    },
    'ae94702468b584a3b1c422bc1b39cc523d9175ba3b9ac1cccb699c00507cc1a5',
  ),
  of(
    'phase0',
    {
      type: 'VALIDATOR_REGISTRATION',
      validator_registration: {
        fee_recipient: '0x6fdfab408c56b6105a76eff5c0435d09fc6ed7a9',
        gas_limit: '4658411424342975020',
        timestamp: '4663368873993027404',
        pubkey: publicKey,
      },
    },
    'e4d2b3dd1e23807b90af0b1768cc7de12d4353320adb486f1bdaeed6b67009ea',
  ),
  of(
    'phase0',
    {
      type: 'DEPOSIT',
      deposit: {
        pubkey: publicKey,
        withdrawal_credentials: '0x39722cbbf8b91a4b9045c5e6175f1001eac32f7fcd5eccda5c6e62fc4e638508',
        amount: '32',
        genesis_fork_version: '0x00000001',
      },
    },
    '3a49cdd70862ee95fed10e7494a8caa16af1be2f53612fc74dad27260bb2d711',
  ),
];
