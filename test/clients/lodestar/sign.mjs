/**
 * Lodestar's own external-signer code against a running signer: `node sign.mjs URL`. Asks for the keys and, with the
 * first of them, for a signature of every type that this version knows, on sepolia in the forks that it knows; verifies
 * each with Lodestar's own BLS over the root that Lodestar computes. Prints one line of JSON per question.
 */
import bls from '@chainsafe/bls';
import { createIBeaconConfig } from '@lodestar/config';
import { genesisData, networksChainConfig } from '@lodestar/config/networks';
import * as params from '@lodestar/params';
import { computeDomain, computeSigningRoot, ZERO_HASH } from '@lodestar/state-transition';
import { ssz } from '@lodestar/types';
import { externalSignerGetKeys, externalSignerPostSignature, externalSignerUpCheck } from '@lodestar/validator';

const url = process.argv[2];
const chain = networksChainConfig.sepolia;
const config = createIBeaconConfig(chain, Buffer.from(genesisData.sepolia.genesisValidatorsRoot.slice(2), 'hex'));

/** One slot of each fork, all of them long past: the signer bounds what lies ahead of its clock. */
const epochs = { phase0: 10, altair: 60, bellatrix: 200, capella: 60_000 };
const slot = epochs.capella * params.SLOTS_PER_EPOCH;
const root = (fill) => Buffer.alloc(32, fill);
const signatureOf = (fill) => Buffer.alloc(96, fill);

/** A fresh object each time: the library keeps a root with the object it belongs to, and copies take it along. */
const voteFor = (head) => ({
  slot,
  index: 3,
  beaconBlockRoot: root(head),
  source: { epoch: epochs.capella - 1, root: root(2) },
  target: { epoch: epochs.capella, root: root(3) },
});

/** Each question: the type, its data, and the root that Lodestar itself expects to be signed. */
function questions(pubkey) {
  const under = (domain, type, data, [sszType, value]) => ({
    type,
    data,
    slot,
    root: () => computeSigningRoot(sszType, value, domain),
  });
  const inFork = (domainType, ...rest) => under(config.getDomain(slot, domainType), ...rest);
  const aggregate = ssz.phase0.AggregateAndProof.defaultValue();
  aggregate.aggregatorIndex = 9;
  aggregate.aggregate.data = voteFor(1);
  aggregate.selectionProof = signatureOf(4);
  const contribution = ssz.altair.ContributionAndProof.defaultValue();
  contribution.aggregatorIndex = 9;
  contribution.contribution.slot = slot;
  contribution.contribution.subcommitteeIndex = 2;
  const selection = { slot, subcommitteeIndex: 2 };
  const exit = { epoch: epochs.capella, validatorIndex: 9 };
  const change = { validatorIndex: 9, fromBlsPubkey: pubkey, toExecutionAddress: Buffer.alloc(20, 5) };
  const registration = { feeRecipient: Buffer.alloc(20, 6), gasLimit: 36_000_000, timestamp: 1_700_000_000, pubkey };
  const deposit = { pubkey, withdrawalCredentials: root(7), amount: 32_000_000_000 };
  const { GENESIS_FORK_VERSION: genesisVersion } = chain;
  return [
    vote(1),
    ...Object.entries(epochs).map(([fork, epoch]) => block(fork, epoch * params.SLOTS_PER_EPOCH)),
    inFork(params.DOMAIN_RANDAO, 'RANDAO_REVEAL', { epoch: epochs.capella }, [ssz.Epoch, epochs.capella]),
    inFork(params.DOMAIN_SELECTION_PROOF, 'AGGREGATION_SLOT', { slot }, [ssz.Slot, slot]),
    inFork(params.DOMAIN_AGGREGATE_AND_PROOF, 'AGGREGATE_AND_PROOF', aggregate, [
      ssz.phase0.AggregateAndProof,
      aggregate,
    ]),
    inFork(params.DOMAIN_SYNC_COMMITTEE, 'SYNC_COMMITTEE_MESSAGE', { beaconBlockRoot: root(1), slot }, [
      ssz.Root,
      root(1),
    ]),
    inFork(params.DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF, 'SYNC_COMMITTEE_SELECTION_PROOF', selection, [
      ssz.altair.SyncAggregatorSelectionData,
      selection,
    ]),
    inFork(params.DOMAIN_CONTRIBUTION_AND_PROOF, 'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', contribution, [
      ssz.altair.ContributionAndProof,
      contribution,
    ]),
    inFork(params.DOMAIN_VOLUNTARY_EXIT, 'VOLUNTARY_EXIT', exit, [ssz.phase0.VoluntaryExit, exit]),
    under(
      computeDomain(params.DOMAIN_APPLICATION_BUILDER, genesisVersion, ZERO_HASH),
      'VALIDATOR_REGISTRATION',
      registration,
      [ssz.bellatrix.ValidatorRegistrationV1, registration],
    ),
    under(
      computeDomain(params.DOMAIN_DEPOSIT, genesisVersion, ZERO_HASH),
      'DEPOSIT',
      { ...deposit, genesisForkVersion: genesisVersion },
      [ssz.phase0.DepositMessage, deposit],
    ),
    // Valid for ever, so it is signed under the genesis version whatever the fork.
    under(
      computeDomain(params.DOMAIN_BLS_TO_EXECUTION_CHANGE, genesisVersion, config.genesisValidatorsRoot),
      'BLS_TO_EXECUTION_CHANGE',
      change,
      [ssz.capella.BLSToExecutionChange, change],
    ),
  ];
}

function vote(head) {
  const data = voteFor(head);
  const domain = config.getDomain(slot, params.DOMAIN_BEACON_ATTESTER);
  return {
    type: 'ATTESTATION',
    data,
    slot,
    root: () => computeSigningRoot(ssz.phase0.AttestationData, data, domain),
  };
}

function block(fork, blockSlot) {
  const { BeaconBlock: type } = config.getForkTypes(blockSlot);
  const data = type.defaultValue();
  data.slot = blockSlot;
  data.proposerIndex = 9;
  data.parentRoot = root(8);
  data.body.graffiti = root(0x74);
  return {
    type: 'BLOCK_V2',
    name: `BLOCK_V2 ${fork}`,
    data,
    slot: blockSlot,
    root: () => computeSigningRoot(type, data, config.getDomain(blockSlot, params.DOMAIN_BEACON_PROPOSER)),
  };
}

/** What came of one question. */
async function asked(pubkey, { type, name = type, data, slot: signingSlot, root: signingRoot }) {
  try {
    const key = `0x${Buffer.from(pubkey).toString('hex')}`;
    const message = signingRoot();
    const signature = await externalSignerPostSignature(config, url, key, message, signingSlot, { type, data });
    const verified = bls.verify(pubkey, message, Buffer.from(signature.slice(2), 'hex'));
    return { name, verified, signature };
  } catch (error) {
    return { name, verified: false, error: String(error) };
  }
}

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const keys = await externalSignerGetKeys(url);
print({ name: 'publicKeys', keys });
print({ name: 'upcheck', up: await externalSignerUpCheck(url).catch(String) });
const pubkey = Buffer.from(keys[0].slice(2), 'hex');
for (const question of questions(pubkey)) print(await asked(pubkey, question));
// The same once more is the same signature; another head for the same target is refused, and the client says why.
print({ ...(await asked(pubkey, vote(1))), name: 'ATTESTATION again' });
print({ ...(await asked(pubkey, vote(0xee))), name: 'ATTESTATION in conflict' });
