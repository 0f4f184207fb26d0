/** For each row of the option table of docs/coming-from/web3signer.md, what an operator would write here instead. */
export interface OptionSample {
  /** Configurations that use what the row names; empty where nothing takes the option's place. */
  readonly taken: readonly string[];
  /** Configurations that stop the start, as the row says. */
  readonly refused?: readonly string[];
}

const none: OptionSample = { taken: [] };
const keys = 'key_sources: { filesystem: { paths: [/k] } }\nanti_slashing: { backend: file, path: /m }';
const folder = 'keystores: [{ path: /k, ';
const store = 'anti_slashing: { backend:';

export const samples: ReadonlyMap<string, OptionSample> = new Map<string, OptionSample>([
  ['--config-file, WEB3SIGNER_*', none],
  ['--http-listen-host, --http-listen-port', taken('server: { listen_address: 127.0.0.1, listen_port: 9000 }')],
  ['--http-host-allowlist', taken('server: { allowed_hosts: [localhost, signer.internal] }')],
  ['--http-cors-origins', none],
  ['--idle-connection-timeout-seconds', none],
  ['--key-store-path, --key-config-path', taken(keys)],
  [
    '--keystores-path with --keystores-passwords-path or --keystores-password-file',
    taken(bulk('passwords_path: /p'), bulk('password_file: /p.txt')),
  ],
  ['--network', taken(...['mainnet', '[gnosis, chiado]', '/etc/net.yaml'].map((name) => `network: ${name}\n${keys}`))],
  [
    '--slashing-protection-enabled=false',
    {
      taken: [`network: hoodi\n${store} noop }`, `${store} noop }\nnetwork: mainnet\naccept_slashing_risk: true`],
      refused: [`network: mainnet\n${store} noop }`],
    },
  ],
  [
    '--slashing-protection-db-url and the options of its pool',
    taken(`${store} postgres, url: 'env:DATABASE_URL', pool_size: 16 }`, `${store} sqlite, path: /m.db }`, keys),
  ],
  ['--slashing-protection-pruning-*', none],
  [
    '--metrics-enabled, --metrics-host, --metrics-port',
    taken('metrics: { listen_address: 0.0.0.0, listen_port: 9001 }'),
  ],
  ['--metrics-category', none],
  [
    '--tls-keystore-file, --tls-keystore-password-file',
    taken('tls: { mode: file, file: { cert_path: /c.pem, key_path: /k.pem } }'),
  ],
  ['--tls-known-clients-file, --tls-allow-ca-clients', none],
  ['--key-manager-api-enabled', none],
  ['--commit-boost-api-enabled, --Xsigning-ext-enabled', none],
  ['--vertx-worker-pool-size', taken('signing: { threads: 4 }')],
  ['--logging, --logging-format', taken('log: { level: debug, format: json }')],
  ['--access-logs-enabled', taken('log: { level: debug }')],
  ['--data-path, --reload-timeout, --signer-load-*', none],
  ['key files of type: file-raw, type: file-keystore with keyType: BLS', taken(keys)],
  ['key files of type: hashicorp, aws-secret, azure-secret, yubihsm, or with keyType: SECP256K1', taken(keys)],
]);

function taken(...configs: readonly string[]): OptionSample {
  return { taken: configs };
}

function bulk(passwords: string): string {
  return `key_sources: { filesystem: { ${folder}${passwords} }] } }\nanti_slashing: { backend: file, path: /m }`;
}
