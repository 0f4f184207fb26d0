import { addTezosRoutes, tezosPaths } from '../http/tezos.ts';
import { Guard } from '../protection/guard.ts';
import { Recorder } from '../signing/recorder.ts';
import { SigningReport } from '../signing/report.ts';
import { TezosSigning } from '../signing/tezos-signing.ts';
import { requestKinds } from '../tezos/kinds.ts';
import { warnAboutStore } from './loudness.ts';
import { openMarkStore } from './open-store.ts';
import { watermarkPlace } from './store-place.ts';
import { openVaults } from './open-vaults.ts';
import { ProtectionHealth } from './protection-health.ts';
import type { Side, SideParts } from './side.ts';

/** Signs for Tezos bakers: store, vaults, guard, pipeline. */
export async function openTezos({ config, log, metrics, signer, closers, askPassword }: SideParts): Promise<Side> {
  const store = await openMarkStore(watermarkPlace(config), { log, metrics });
  closers.add('the watermark store', async () => await store.end());
  closers.add('the reminder', warnAboutStore(store, { log, metrics, door: 'watermark' }));
  metrics.prime(store.backend, requestKinds);
  const keyring = await openVaults(config.vaults, { signer, log, metrics, askPassword });
  const { allowRepeat, maxLevelJump } = config.protection;
  const guard = await Guard.open({ store, allowRepeat, heightJumpMax: maxLevelJump });
  const protection = new ProtectionHealth('protection', store, () => performance.now());
  const logPayloads = new Set([...config.tezos].filter(([, policy]) => policy.logPayloads).map(([pkh]) => pkh));
  const observer = new SigningReport({ log, metrics, backend: store.backend, logPayloads, store: protection });
  const recorder = new Recorder({ guard, observer });
  const signing = new TezosSigning({ policies: config.tezos, keyring, recorder, observer });
  return {
    checks: [protection, { id: 'keys', up: true, text: `${keyring.size} loaded` }],
    paths: tezosPaths,
    addRoutes: (server) => addTezosRoutes(server, { signing, keyring, policies: config.tezos, metrics, log }),
    facts: () => ({ keys: keyring.size, watermark: store.backend, store: store.identity }),
  };
}
