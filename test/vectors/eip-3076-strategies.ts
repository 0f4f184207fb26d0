import { offences, type Released } from '../simulate/oracle.ts';
import { ethereumLane } from '../contract/samples.ts';
import type { CaseStep, InterchangeCase } from './interchange-case.ts';

/**
 * Both strategies of EIP-3076 over the whole history, by brute force and without our rule: they judge what cases
 * expect. Each gives one answer per attempt, in the order in which cases are played.
 */
export function expectedBy(
  strategy: 'minimal' | 'complete',
  { steps, genesis_validators_root }: InterchangeCase,
): readonly boolean[] {
  const history: Signed[] = [];
  return steps.flatMap((step) => {
    const { metadata } = step.interchange as ImportedFile;
    if (metadata.genesis_validators_root === genesis_validators_root) history.push(...importedBy(step));
    return attemptsOf(step).map((next) => {
      const own = history.filter(({ lane }) => lane === next.lane);
      const allowed =
        next.source <= next.target && (strategy === 'minimal' ? minimalAllows(own, next) : completeAllows(own, next));
      if (allowed) history.push(next);
      return allowed;
    });
  });
}

/** A message that was signed, by us or before an import. A block is a vote from 0 to its slot. */
interface Signed {
  /** The key and the duty. */
  readonly lane: string;
  readonly source: bigint;
  readonly target: bigint;
  /** Null when an import does not tell it. */
  readonly root: string | null;
}

function minimalAllows(history: readonly Signed[], next: Signed): boolean {
  return history.every((past) => next.target > past.target && next.source >= past.source);
}

function completeAllows(history: readonly Signed[], next: Signed): boolean {
  if (history.some((past) => repeats(past, next))) return true;
  if (history.length === 0) return true;
  const aboveLowest =
    history.some((past) => next.target > past.target) && history.some((past) => next.source >= past.source);
  return (
    aboveLowest && history.every((past) => offences([released(past, 'past'), released(next, 'next')]).length === 0)
  );
}

function repeats(past: Signed, next: Signed): boolean {
  return past.root !== null && past.root === next.root && past.target === next.target && past.source === next.source;
}

function released({ lane, source, target, root }: Signed, unknown: string): Released {
  const duty = lane.endsWith('block') ? 'block' : 'attestation';
  return {
    lane: ethereumLane(1, duty),
    height: target,
    round: 0n,
    floor: source,
    root: root ?? unknown,
    signature: '',
  };
}

interface ImportedFile {
  readonly metadata: { readonly genesis_validators_root: string };
  readonly data: readonly {
    readonly pubkey: string;
    readonly signed_blocks: readonly { readonly slot: string; readonly signing_root?: string }[];
    readonly signed_attestations: readonly {
      readonly source_epoch: string;
      readonly target_epoch: string;
      readonly signing_root?: string;
    }[];
  }[];
}

function importedBy(step: CaseStep): readonly Signed[] {
  return (step.interchange as ImportedFile).data.flatMap(({ pubkey, signed_blocks, signed_attestations }) => [
    ...signed_blocks.map((one) => blockOf(pubkey, one)),
    ...signed_attestations.map((one) => voteOf(pubkey, one)),
  ]);
}

function attemptsOf(step: CaseStep): readonly Signed[] {
  const blocks = step.blocks.map((one) => blockOf(one.pubkey, one));
  return [...blocks, ...step.attestations.map((one) => voteOf(one.pubkey, one))];
}

function blockOf(pubkey: string, { slot, signing_root }: { slot: string; signing_root?: string }): Signed {
  return { lane: `${pubkey} block`, source: 0n, target: BigInt(slot), root: signing_root ?? null };
}

type Vote = { readonly source_epoch: string; readonly target_epoch: string; readonly signing_root?: string };

function voteOf(pubkey: string, { source_epoch, target_epoch, signing_root }: Vote): Signed {
  return {
    lane: `${pubkey} vote`,
    source: BigInt(source_epoch),
    target: BigInt(target_epoch),
    root: signing_root ?? null,
  };
}
