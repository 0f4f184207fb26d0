import type { KeyGroup, KeyLoading } from '../keys/key-loading.ts';
import type { HealthCheck } from './health.ts';

/**
 * Web3Signer's `keys-check`: down until every source was looked at once. A file that could not be read is counted and
 * takes nothing else away: the other keys have duties, and a load balancer that left them would help nobody.
 */
export function keysCheck(loading: Pick<KeyLoading, 'groups' | 'complete'>): HealthCheck {
  return {
    id: 'keys-check',
    get up() {
      return loading.complete;
    },
    get checks() {
      return loading.groups.map((group) => groupCheck(group, loading.complete));
    },
  };
}

function groupCheck({ id, keysLoaded, errorCount }: KeyGroup, up: boolean): HealthCheck {
  return { id, up, data: { 'keys-loaded': keysLoaded, 'error-count': errorCount } };
}
