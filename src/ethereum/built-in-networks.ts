import { type Fork, forkNames, type Network } from './network.ts';
import { presets } from './presets.ts';

const zeroRoot = `0x${'0'.repeat(64)}`;

type Dated = readonly [version: string, epoch: bigint | null];

/** In the order of `forkNames`. */
function forksOf(dated: readonly Dated[]): readonly Fork[] {
  return dated.flatMap(([version, epoch], index) => {
    const name = forkNames[index];
    return name === undefined ? [] : [{ name, version, epoch }];
  });
}

/**
 * The networks that need no file. A fork whose version is settled and whose date is not stands here without one, so
 * that the day it comes asks nothing of the operator: what is signed names its version, and no root depends on the date.
 */
export const builtInNetworks: readonly Network[] = [
  {
    name: 'mainnet',
    genesisValidatorsRoot: '0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95',
    genesisTime: 1_606_824_023n,
    secondsPerSlot: 12n,
    preset: presets.mainnet,
    forks: forksOf([
      ['00000000', 0n],
      ['01000000', 74_240n],
      ['02000000', 144_896n],
      ['03000000', 194_048n],
      ['04000000', 269_568n],
      ['05000000', 364_032n],
      ['06000000', 411_392n],
      ['07000000', null],
      ['08000000', null],
    ]),
  },
  {
    name: 'sepolia',
    genesisValidatorsRoot: '0xd8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078',
    genesisTime: 1_655_733_600n,
    secondsPerSlot: 12n,
    preset: presets.mainnet,
    forks: forksOf([
      ['90000069', 0n],
      ['90000070', 50n],
      ['90000071', 100n],
      ['90000072', 56_832n],
      ['90000073', 132_608n],
      ['90000074', 222_464n],
      ['90000075', 272_640n],
      ['90000076', null],
    ]),
  },
  {
    name: 'hoodi',
    genesisValidatorsRoot: '0x212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f',
    genesisTime: 1_742_213_400n,
    secondsPerSlot: 12n,
    preset: presets.mainnet,
    forks: forksOf([
      ['10000910', 0n],
      ['20000910', 0n],
      ['30000910', 0n],
      ['40000910', 0n],
      ['50000910', 0n],
      ['60000910', 2_048n],
      ['70000910', 50_688n],
      ['80000910', null],
    ]),
  },
  {
    name: 'gnosis',
    genesisValidatorsRoot: '0xf5dcb5564e829aab27264b9becd5dfaa017085611224cb3036f573368dbb9d47',
    genesisTime: 1_638_993_340n,
    secondsPerSlot: 5n,
    preset: presets.gnosis,
    forks: forksOf([
      ['00000064', 0n],
      ['01000064', 512n],
      ['02000064', 385_536n],
      ['03000064', 648_704n],
      ['04000064', 889_856n],
      ['05000064', 1_337_856n],
      ['06000064', 1_714_688n],
      ['07000064', null],
    ]),
  },
  {
    name: 'chiado',
    genesisValidatorsRoot: '0x9d642dac73058fbf39c0ae41ab1e34e4d889043cb199851ded7095bc99eb4c1e',
    genesisTime: 1_665_396_300n,
    secondsPerSlot: 5n,
    preset: presets.gnosis,
    forks: forksOf([
      ['0000006f', 0n],
      ['0100006f', 90n],
      ['0200006f', 180n],
      ['0300006f', 244_224n],
      ['0400006f', 516_608n],
      ['0500006f', 948_224n],
      ['0600006f', 1_353_216n],
      ['0700006f', null],
    ]),
  },
];

/**
 * Ephemery starts anew every few weeks (EIP-6916), with another genesis validators root and time each time; no table can
 * hold them. Its versions stay, and no other network has them, so it is told by them, and whatever root a request names
 * is its root: a domain holds both, so nothing signed here is valid elsewhere. The clock does not bound it. Because any
 * root will do, it is served only where the operator names it. A custom file with the present root does without all this.
 */
export const ephemery: Network = {
  name: 'ephemery',
  genesisValidatorsRoot: zeroRoot,
  genesisTime: null,
  secondsPerSlot: 12n,
  preset: presets.mainnet,
  forks: forksOf([
    ['1000101b', 0n],
    ['2000101b', 0n],
    ['3000101b', 0n],
    ['4000101b', 0n],
    ['5000101b', 0n],
    ['6000101b', 0n],
    ['7000101b', 0n],
    ['8000101b', null],
  ]),
};

/** What `network` may name; null when it is none of ours. */
export function builtInNetwork(name: string): Network | null {
  return [...builtInNetworks, ephemery].find((network) => network.name === name) ?? null;
}

/** Is this a network whose root nobody knows beforehand? */
export function isOfAnyRoot(network: Network): boolean {
  return network.genesisValidatorsRoot === zeroRoot;
}
