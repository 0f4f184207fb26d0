import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Type } from '@chainsafe/ssz';
import {
  DOMAIN_APPLICATION_BUILDER,
  DOMAIN_BUILDER_REQUEST_AUTH,
  DOMAIN_DEPOSIT,
  DOMAIN_INCLUSION_LIST_COMMITTEE,
  SLOTS_PER_EPOCH,
} from '@lodestar/params';
import { ssz } from '@lodestar/types';
import { fromHex, toHex } from '../../src/base/hex.ts';
import { forkNames, type Network, type Preset } from '../../src/ethereum/network.ts';
import { Networks } from '../../src/ethereum/networks.ts';
import { presets } from '../../src/ethereum/presets.ts';
import { understand, understandFully } from '../../src/ethereum/understand.ts';
import type { Understood } from '../../src/ethereum/understood.ts';
import { rootOf } from '../../src/ssz/roots.ts';
import { note } from '../not-run.ts';
import { Random } from '../simulate/random.ts';
import { type Case, forkedCases } from './cases.ts';
import { randomValue } from './random-value.ts';

const seed = Number(process.env['TIDEMARK_SEED'] ?? 20261125);
const zeroRoot = new Uint8Array(32);

/** How many values each type and fork are asked; those of full bodies cost a hundred times as much. */
export interface ValuesEach {
  readonly small: number;
  readonly full: number;
}

interface Asked {
  readonly body: Uint8Array;
  readonly expected: string;
}

/**
 * Asks our roots and those of `@lodestar/types` about the same random values. The environment variable LODESTAR_PRESET
 * must name the preset before this file is imported: the library has one for the whole process.
 */
export function compareRoots(preset: Preset['name'], valuesEach: ValuesEach): void {
  const valuesOf = ({ maxSize }: Type<unknown>): number => (maxSize > 100_000 ? valuesEach.full : valuesEach.small);
  const network = networkOf(presets[preset]);
  const networks = new Networks({ served: [network], registrations: null });
  const random = new Random(seed);
  let asked = 0;

  const compare = (name: string, values: number, ask: () => Asked): void => {
    void test(`${preset}: ${name} has the root that @lodestar/types gives it (seed ${seed})`, () => {
      for (let count = 0; count < values; count += 1) {
        const { body, expected } = ask();
        const understood = understand(body, networks) ?? understandFully(body, networks, rootOf);
        assert.equal(understood.signingRoot, expected, Buffer.from(body).toString());
        checkPlain(understood);
        asked += 1;
      }
    });
  };

  void test('the library has the preset that it is asked for', () => {
    assert.equal(BigInt(SLOTS_PER_EPOCH), presets[preset].slotsPerEpoch);
  });
  for (const one of forkedCases) {
    compare(`${one.type} of ${one.fork}`, valuesOf(one.of), () => askForked(one, network, random));
  }
  for (const [name, ask] of unforked(network, random)) compare(name, valuesEach.small, ask);

  void test('every type and fork was asked', () => {
    const forked = forkedCases.reduce((sum, { of }) => sum + valuesOf(of), 0);
    assert.equal(asked, forked + valuesEach.small * 4);
    note(`roots against @lodestar/types, ${preset}: ${asked} values`);
  });
}

/** A network of every fork, with versions of its own. */
function networkOf(preset: Preset): Network {
  return {
    name: `all forks of ${preset.name}`,
    genesisValidatorsRoot: `0x${'4b'.repeat(32)}`,
    genesisTime: null,
    secondsPerSlot: 12n,
    preset,
    forks: forkNames.map((name, index) => ({ name, version: `0${index}0000a7`, epoch: BigInt(index) * 10n })),
  };
}

/** The fork of the case is the current one at its epoch, or the previous one: any honest client may ask either way. */
function askForked(one: Case, network: Network, random: Random): Asked {
  const value = randomValue(one.of, random);
  one.adjust?.(value as Record<string, unknown>);
  const json = one.of.toJson(value) as Readonly<Record<string, unknown>>;
  const epoch = one.epoch(json);
  const fork = forkField(one, network, { epoch, isCurrent: one.versionOf !== undefined || random.chance(60) });
  const request = {
    type: random.chance(20) ? one.type.toLowerCase() : one.type,
    fork_info: { fork, genesis_validators_root: network.genesisValidatorsRoot },
    ...one.payload(json),
  };
  const domain = domainOf(one.domain, versionOf(network, one.versionOf ?? one.fork), fromHex('4b'.repeat(32)));
  return { body: Buffer.from(JSON.stringify(request)), expected: signingRoot(one.of.hashTreeRoot(value), domain) };
}

interface Moment {
  readonly epoch: bigint;
  readonly isCurrent: boolean;
}

function forkField(one: Case, network: Network, { epoch, isCurrent }: Moment): Readonly<Record<string, string>> {
  const own = `0x${versionOf(network, one.fork)}`;
  const other = `0x${versionOf(network, one.fork === 'phase0' ? 'altair' : 'phase0')}`;
  if (isCurrent) return { previous_version: other, current_version: own, epoch: String(epoch > 0n ? epoch - 1n : 0n) };
  return { previous_version: own, current_version: other, epoch: String(epoch + 1n) };
}

function unforked(network: Network, random: Random): readonly (readonly [name: string, ask: () => Asked])[] {
  const genesis = versionOf(network, 'phase0');
  const ask = (type: string, key: string, of: Type<unknown>, domain: Uint8Array) => (): Asked => {
    const value = randomValue(of, random);
    const body = Buffer.from(JSON.stringify({ type, [key]: of.toJson(value) }));
    return { body, expected: signingRoot(of.hashTreeRoot(value), domain) };
  };
  const application = domainOf(DOMAIN_APPLICATION_BUILDER, genesis, zeroRoot);
  const auth = domainOf(DOMAIN_BUILDER_REQUEST_AUTH, genesis, zeroRoot);
  return [
    [
      'VALIDATOR_REGISTRATION',
      ask('REGISTER_VALIDATOR', 'validator_registration', ssz.bellatrix.ValidatorRegistrationV1, application),
    ],
    ['BUILDER_REQUEST_AUTH', ask('REQUEST_AUTH', 'request_auth', ssz.gloas.BuilderRequestAuth, auth)],
    ['DEPOSIT', () => askDeposit(random)],
    ['INCLUSION_LIST', () => askInclusionList(network, random)],
  ];
}

/** Its version is its own, and no part of what is signed. */
function askDeposit(random: Random): Asked {
  const value = randomValue(ssz.phase0.DepositMessage, random);
  const version = toHex(Uint8Array.from({ length: 4 }, () => random.below(256)));
  const json = ssz.phase0.DepositMessage.toJson(value as never) as object;
  const body = Buffer.from(
    JSON.stringify({ type: 'DEPOSIT', deposit: { ...json, genesis_fork_version: `0x${version}` } }),
  );
  const root = ssz.phase0.DepositMessage.hashTreeRoot(value as never);
  return { body, expected: signingRoot(root, domainOf(DOMAIN_DEPOSIT, version, zeroRoot)) };
}

/** From Heze on, whose first epoch the network has in its table. */
function askInclusionList(network: Network, random: Random): Asked {
  const value = randomValue(ssz.heze.InclusionList, random) as { slot: number };
  value.slot = Math.max(value.slot, 80 * SLOTS_PER_EPOCH);
  const body = { type: 'INCLUSION_LIST', inclusion_list: ssz.heze.InclusionList.toJson(value as never) };
  const domain = domainOf(DOMAIN_INCLUSION_LIST_COMMITTEE, versionOf(network, 'heze'), fromHex('4b'.repeat(32)));
  const expected = signingRoot(ssz.heze.InclusionList.hashTreeRoot(value as never), domain);
  return { body: Buffer.from(JSON.stringify(body)), expected };
}

function versionOf({ forks }: Network, name: string): string {
  const fork = forks.find((known) => known.name === name);
  assert.ok(fork !== undefined);
  return fork.version;
}

function domainOf(type: Uint8Array, version: string, genesisValidatorsRoot: Uint8Array): Uint8Array {
  const forkData = { currentVersion: fromHex(version), genesisValidatorsRoot };
  return Buffer.concat([type, ssz.phase0.ForkData.hashTreeRoot(forkData).subarray(0, 28)]);
}

function signingRoot(objectRoot: Uint8Array, domain: Uint8Array): string {
  return toHex(ssz.phase0.SigningData.hashTreeRoot({ objectRoot, domain }));
}

/** What a thread would send arrives as it left. */
function checkPlain(understood: Understood): void {
  assert.deepEqual(structuredClone(understood), understood);
}
