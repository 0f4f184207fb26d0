import { Fault } from '../base/fault.ts';
import type { Network } from './network.ts';
import type { Understood } from './understood.ts';

/**
 * Refuses what lies further ahead than an honest client asks for: marks only rise, so one request for a far slot would
 * stop its key for good. A network whose genesis time is not known has no such bound.
 *
 * @param nowMs milliseconds since 1970
 * @param slotsMax how far ahead of the clock a slot may lie, or begin the last epoch
 * @throws Fault `beyond_future_bound`
 */
export function checkHorizon(
  { network, slot, epoch }: Pick<Understood, 'network' | 'slot' | 'epoch'>,
  nowMs: bigint,
  slotsMax: bigint,
): void {
  if (network === null || network.genesisTime === null) return;
  const last = slotAt(network, network.genesisTime, nowMs) + slotsMax;
  if (slot !== null && slot > last) throw beyond('slot', slot, last);
  const lastEpoch = last / network.preset.slotsPerEpoch;
  if (epoch !== null && epoch > lastEpoch) throw beyond('epoch', epoch, lastEpoch);
}

/** The slot that the clock is in; 0 before genesis. */
function slotAt({ secondsPerSlot }: Network, genesisTime: bigint, nowMs: bigint): bigint {
  const sinceGenesisMs = nowMs - genesisTime * 1000n;
  return sinceGenesisMs < 0n ? 0n : sinceGenesisMs / (secondsPerSlot * 1000n);
}

function beyond(what: 'slot' | 'epoch', asked: bigint, last: bigint): Fault {
  const text =
    `${what} ${asked} is beyond ${last}, the last that the signer's clock allows ` +
    '(protection.max_future_slots); check both clocks';
  return new Fault('beyond_future_bound', text, { facts: { asked, last } });
}
