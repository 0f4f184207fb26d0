import type { LogLevel } from '../observe/log.ts';
import type { TezosPolicies } from '../policy/tezos-policy.ts';
import type { Secret } from './secret.ts';

/** The whole configuration, checked, defaults filled in. `main` alone knows it, and maps it to the other rooms. */
export interface Config {
  /** Absolute, environment variables replaced. */
  readonly baseDir: string;
  /** The operator has said that marks may be lost on a network where that costs money. */
  readonly acceptSlashingRisk: boolean;
  readonly watermark: WatermarkConfig;
  readonly protection: ProtectionConfig;
  /** By the name that the operator gave. */
  readonly vaults: ReadonlyMap<string, VaultConfig>;
  /** What each key may sign; a key that is not here signs nothing. */
  readonly tezos: TezosPolicies;
  /** Is there a Tezos side? Without one its store is not opened, nor made. */
  readonly tezosEnabled: boolean;
  /** The Ethereum side; null when neither keys nor marks are configured for it. */
  readonly ethereum: EthereumConfig | null;
  readonly signing: SigningConfig;
  readonly server: ServerConfig;
  readonly tls: TlsConfig;
  readonly metrics: MetricsConfig;
  readonly log: LogConfig;
  /** What the operator should be told at the start, in the order of importance. */
  readonly notices: readonly Notice[];
  /** Each value in effect and where it came from, for `describeConfig`. Secrets are redacted. */
  readonly settings: readonly Setting[];
}

/** Where the Tezos marks live. */
export type WatermarkConfig =
  | { readonly driver: 'file' }
  /** `ignore` keeps no marks at all. */
  | { readonly driver: 'mem' | 'ignore' }
  | { readonly driver: 'sqlite'; /** Absolute. */ readonly path: string }
  | { readonly driver: 'postgres'; readonly postgres: PostgresConfig }
  | { readonly driver: 'gcp'; readonly firestore: FirestoreConfig }
  | {
      readonly driver: 'aws';
      readonly dynamodb: DynamoDbConfig;
      /** How a table that is made is paid for. */
      readonly billingMode: 'provisioned' | 'on_demand';
      readonly sharedWithSignatory: boolean;
    };

/** A store in Postgres, as both doors describe it. */
export interface PostgresConfig {
  readonly url: Secret;
  /** In place of the one in the URL. */
  readonly password: Secret | null;
  readonly schema: string;
  readonly poolSize: number;
  readonly forceIpv4: boolean;
  /** Null: each connection is asked. */
  readonly sessionPool: boolean | null;
  readonly allowPlaintext: boolean;
  readonly failover: 'stop' | 'go_on';
  readonly acceptServer: string | null;
}

/** A Firestore collection, and how it is reached. */
export interface FirestoreConfig {
  readonly project: string;
  readonly database: string;
  readonly collection: string;
  /** The content of a file of credentials; null for Google's own search. */
  readonly credentials: Secret | null;
  /** `host:port`; null for the service. */
  readonly emulatorHost: string | null;
}

/** A DynamoDB table, and how it is reached. */
export interface DynamoDbConfig {
  readonly region: string;
  readonly table: string;
  /** `http://host:port`; null for AWS's own of the region. */
  readonly endpoint: string | null;
  /** Null for AWS's own search. */
  readonly keys: {
    readonly accessKeyId: Secret;
    readonly secretAccessKey: Secret;
    readonly sessionToken: Secret | null;
  } | null;
}

/** Where Ethereum keys and marks live, and which networks are served. */
export interface EthereumConfig {
  readonly antiSlashing: AntiSlashingConfig;
  readonly keys: FilesystemKeysConfig;
  /** Names of built-in networks, or absolute paths of custom files; null serves all built-in ones but ephemery. */
  readonly networks: readonly string[] | null;
  /**
   * The one of them that validator registrations are for; null when there is only one, or none was chosen. Where there
   * are custom files it may also be a name that is none of the above: the CONFIG_NAME of one of them, which is
   * known when they are read (`servedNetworks`).
   */
  readonly registrationNetwork: string | null;
  /** The status of a request whose own signing root differs from ours: 400, or 500 as Web3Signer has it. */
  readonly rootMismatchStatus: 400 | 500;
  /** The most slots that a request may lie ahead of the clock. */
  readonly futureSlotsMax: bigint;
}

export type AntiSlashingConfig =
  | { readonly backend: 'file' | 'sqlite'; /** Absolute: a folder, or a database file. */ readonly path: string }
  | { readonly backend: 'postgres'; readonly postgres: PostgresConfig }
  | { readonly backend: 'dynamodb'; readonly dynamodb: DynamoDbConfig }
  | { readonly backend: 'firestore'; readonly firestore: FirestoreConfig }
  | { readonly backend: 'mem' | 'noop' };

/** `key_sources.filesystem` */
export interface FilesystemKeysConfig {
  /** Folders of descriptors (`file-raw`, `file-keystore`), absolute. */
  readonly paths: readonly string[];
  /** Folders of EIP-2335 keystores, each with its passwords. */
  readonly keystores: readonly KeystoreFolder[];
  /** How many keystores, and how many descriptors of raw keys, are read at once. */
  readonly keystoreLoadConcurrency: number;
  readonly rawLoadConcurrency: number;
}

export interface KeystoreFolder {
  /** Absolute. */
  readonly path: string;
  /** Absolute: a folder with one `<keystore's name>.txt` each, or one file for all. */
  readonly passwords: { readonly kind: 'folder' | 'file'; readonly path: string };
}

/** The threads that sign on the slow curves, BLS among them. */
export interface SigningConfig {
  /** Null: as many as there are processors. */
  readonly threads: number | null;
  /** BLS signatures of Ethereum: each verified before it leaves, or each key once when it is loaded. */
  readonly verify: 'always' | 'on_load';
  /** A request that would have to wait longer for its signature is turned away before anything is recorded. */
  readonly deadlineMs: number;
}

export type TlsConfig =
  | { readonly mode: 'disabled' }
  | {
      readonly mode: 'file';
      readonly listenPort: number;
      /** Absolute. */
      readonly certPath: string;
      readonly keyPath: string;
      /** 0 never looks again. */
      readonly reloadIntervalSeconds: number;
    };

/** The metrics listener. */
interface MetricsConfig extends ServerConfig {
  /** Also serve Web3Signer's metric names. */
  readonly web3signerNames: boolean;
}

interface ProtectionConfig {
  readonly allowRepeat: boolean;
  /** The most that one request may raise a level above the lane's last; null for no bound. */
  readonly maxLevelJump: bigint | null;
  /** Absolute: the socket through which commands reach a store that the signer holds; null when there is none. */
  readonly socket: string | null;
}

export type VaultConfig =
  | {
      readonly driver: 'file';
      /** Absolute. */
      readonly file: string;
      readonly password: Secret | null;
    }
  | {
      readonly driver: 'mem';
      /** One secret key each, as the file vault writes them. */
      readonly secrets: readonly Secret[];
    };

export interface ListenConfig {
  /** An IP address or a host name, without brackets. */
  readonly listenAddress: string;
  /** 0 asks the system for a free port. */
  readonly listenPort: number;
}

/** Of one listener; what `server.allowed_hosts` says holds for both. */
export interface ServerConfig extends ListenConfig {
  /** What a request's Host header may say: lower case, without port, IPv6 without brackets; null when anything. */
  readonly allowedHosts: readonly string[] | null;
}

interface LogConfig {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
}

export interface Notice {
  readonly level: 'warn' | 'info';
  readonly text: string;
}

export interface Setting {
  /** `server.listen_port` */
  readonly key: string;
  /** As it would be written in YAML on one line; `[secret]` for what must not be shown. */
  readonly value: string;
  /** `tidemark.yaml:3`, `TIDEMARK_SERVER__LISTEN_PORT`, `command line` or `default`. */
  readonly source: string;
}
