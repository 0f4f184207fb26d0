import type { Config, Notice } from './config.ts';
import { type MapNode, nodeAt } from './node.ts';

/** What should be said of the Ethereum side at the start. */
export function ethereumNotices({ ethereum }: Pick<Config, 'ethereum'>, root: MapNode): readonly Notice[] {
  if (ethereum === null) return effectlessNotices(root);
  const { antiSlashing, keys } = ethereum;
  const notices: Notice[] = [];
  if (antiSlashing.backend === 'mem') {
    notices.push(
      warn('anti_slashing.backend is mem: after a restart nothing keeps a key from signing twice; tests only'),
    );
  }
  if (antiSlashing.backend === 'noop') {
    notices.push(warn('anti_slashing.backend is noop: nothing keeps a key from signing twice; tests only'));
  }
  if (keys.paths.length + keys.keystores.length === 0) {
    notices.push(warn('key_sources names no folder: there is no validator key to sign with'));
  }
  return [...notices, ...registrationNotices(ethereum)];
}

function effectlessNotices(root: MapNode): readonly Notice[] {
  return ['network', 'key_sources', 'ethereum']
    .filter((key) => nodeAt(root, [key]) !== null)
    .map((key) => warn(`${key} has no effect: without anti_slashing the Ethereum side is not there`));
}

function registrationNotices({ networks, registrationNetwork }: NonNullable<Config['ethereum']>): readonly Notice[] {
  if (registrationNetwork !== null || networks?.length === 1) return [];
  const why = networks === null ? 'network is not set, so every built-in network is served' : 'several are served';
  const text = `${why}: validator registrations are refused until ethereum.registration_network names one of them`;
  return [{ level: 'info', text: networks === null ? text : `network: ${text}` }];
}

function warn(text: string): Notice {
  return { level: 'warn', text };
}
