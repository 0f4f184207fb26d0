import type { EthereumConfig } from '../config/config.ts';
import { servedNetworks } from '../config/served-networks.ts';
import { Networks } from '../ethereum/networks.ts';
import { signTypes } from '../ethereum/sign-type.ts';
import { addEthereumRoutes, ethereumPaths } from '../http/ethereum.ts';
import { keysCheck } from '../http/keys-check.ts';
import { FilesystemKeys } from '../keys/filesystem/filesystem-keys.ts';
import { Keyring } from '../keys/keyring.ts';
import { EthereumMetrics } from '../observe/ethereum-metrics.ts';
import { Web3SignerMetrics } from '../observe/web3signer-metrics.ts';
import { Guard } from '../protection/guard.ts';
import { EthereumReport } from '../signing/ethereum-report.ts';
import { EthereumSigning } from '../signing/ethereum-signing.ts';
import { Recorder } from '../signing/recorder.ts';
import { BodyReader } from '../ssz/body-reader.ts';
import { KeyLoadingReport } from './key-loading-report.ts';
import { warnAboutStore } from './loudness.ts';
import { openMarkStore } from './open-store.ts';
import { antiSlashingPlace } from './store-place.ts';
import { openProtectionSocket } from './open-protection-socket.ts';
import { ProtectionHealth } from './protection-health.ts';
import type { Side, SideParts } from './side.ts';

export interface EthereumSide extends Side {
  /** Resolves when every key file that was there at the start was tried; keys sign as they arrive. */
  readonly keysLoaded: Promise<void>;
  /** Looks at the key files again. */
  readonly reload: () => void;
}

/** Signs for Ethereum validators: store, networks, keys, guard, pipeline. */
export async function openEthereum(ethereum: EthereumConfig, parts: SideParts): Promise<EthereumSide> {
  const { config, log, metrics, signer, closers } = parts;
  const networks = new Networks(servedNetworks(ethereum, config));
  const store = await openMarkStore(antiSlashingPlace(ethereum.antiSlashing), { log, metrics });
  closers.add('the anti-slashing store', async () => await store.end());
  closers.add('its reminder', warnAboutStore(store, { log, metrics, door: 'anti_slashing' }));
  const keyring = new Keyring();
  const guard = await Guard.open({ store, allowRepeat: config.protection.allowRepeat, heightJumpMax: null });
  const protection = new ProtectionHealth('slashing-protection-db-health-check', store, () => performance.now());
  const families = new EthereumMetrics(metrics.registry, {
    queued: () => signer.queued,
    queueMax: signer.queueMax,
    keys: () => keyring.size,
    healthy: () => protection.up && loading.complete,
  });
  families.prime(signTypes);
  const { verify } = config.signing;
  const loading = new FilesystemKeys({
    places: ethereum.keys,
    signer,
    verify,
    keyring,
    observer: new KeyLoadingReport(log, families),
  });
  closers.add('the loading of keys', async () => await loading.end());
  const web3signer = config.metrics.web3signerNames
    ? new Web3SignerMetrics(metrics.registry, () => keyring.size)
    : null;
  const backend = store.backend;
  const observer = new EthereumReport({ log, metrics, ethereum: families, web3signer, backend, store: protection });
  await openProtectionSocket(config.protection.socket, { store, networks, log, closers });
  const reader = new BodyReader(networks);
  closers.add('the reader of large bodies', async () => await reader.end());
  const { futureSlotsMax, rootMismatchStatus } = ethereum;
  const recorder = new Recorder({ guard, observer });
  const nowMs = () => Date.now();
  const signing = new EthereumSigning({ reader, keyring, recorder, observer, futureSlotsMax, nowMs });
  const routes = { signing, keyring, loading, stops: () => guard.stops, rootMismatchStatus, log };
  await loading.begin();
  return {
    checks: [keysCheck(loading), protection],
    paths: ethereumPaths,
    addRoutes: (server) => addEthereumRoutes(server, routes),
    facts: () => ({ networks: networks.names, anti_slashing: store.backend, anti_slashing_store: store.identity }),
    keysLoaded: loading.settled(),
    reload: () => void loading.reload(),
  };
}
