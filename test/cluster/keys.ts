import assert from 'node:assert/strict';
import { newEthereumKey } from '../support/ethereum-setup.ts';
import { sampleKey } from '../support/setup.ts';
import type { Cluster, ClusterKeys } from './cluster.ts';
import { dutiesOf } from './duties.ts';
import { Contest } from './kills.ts';
import { Baker, type Finding, type Subject, Validator } from './subject.ts';
import type { Tally } from './tally.ts';

export function newKeys(count: number): ClusterKeys {
  const each = <T>(make: () => T) => Array.from({ length: count }, make);
  return { ethereum: each(newEthereumKey), tezos: each(() => sampleKey('ed25519')) };
}

/** Some of the keys of a cluster, with nothing asked of them yet. */
export async function subjectsOf(cluster: Cluster, { ethereum, tezos }: ClusterKeys): Promise<readonly Subject[]> {
  const bakers = tezos.map(async (key) => {
    const { status, body } = await cluster.signer(0).get(`/keys/${key.pkh}`);
    assert.equal(status, 200, body);
    return new Baker(key, (JSON.parse(body) as { public_key: string }).public_key);
  });
  return [...ethereum.map((key) => new Validator(key)), ...(await Promise.all(bakers))];
}

/** Each duty of each key. */
export function contestsOf(subjects: readonly Subject[], tally: Tally): readonly Contest[] {
  return subjects.flatMap((subject) => dutiesOf(subject).map((duty) => new Contest(duty, subject, tally)));
}

/** What the oracle says of all of them; no offence is what everybody hopes for. */
export function judgeAll(subjects: readonly Subject[]): Finding {
  const findings = subjects.map((subject) => subject.judge());
  const sum = (count: (finding: Finding) => number): number => findings.reduce((total, one) => total + count(one), 0);
  return {
    offences: findings.flatMap(({ offences }) => offences),
    signatures: sum(({ signatures }) => signatures),
    verified: sum(({ verified }) => verified),
    refusals: sum(({ refusals }) => refusals),
  };
}
