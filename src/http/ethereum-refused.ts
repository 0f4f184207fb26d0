import type { EthereumOutcome } from '../signing/ethereum-signing.ts';
import type { EthereumRefusal } from './ethereum-refusal.ts';

type Refused = Extract<EthereumOutcome, { kind: 'refused' }>;

const reasons: Readonly<Record<string, string>> = {
  double_vote: 'something else was signed at this position',
  surround: 'it surrounds what was signed, or is surrounded by it',
  below_mark: 'it lies below what was signed',
  source_after_target: 'its source epoch lies after its target epoch',
  closed: 'the key was deactivated',
  repeat: 'this was signed before, and protection.allow_repeat is false',
  stopped: 'it lies at or above the line of protection stop-at',
};

/**
 * The answer 412 to what slashing protection refused, with what the lane has signed: whoever reads it need not look
 * anything up.
 */
export function ethereumRefused({ why, duty, found }: Refused): EthereumRefusal {
  const reason = reasons[why] ?? why;
  const refusal = { status: 412, code: why, message: `slashing protection refused this ${duty}: ${reason}` };
  if (found === null) return refusal;
  const signingRoot = found.root === null ? {} : { signing_root: `0x${found.root}` };
  if (duty === 'block') return { ...refusal, mark: { slot: String(found.height), ...signingRoot } };
  const epochs = { source_epoch: String(found.floor), target_epoch: String(found.height) };
  return { ...refusal, mark: { ...epochs, ...signingRoot } };
}
