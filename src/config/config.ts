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
  readonly server: ServerConfig;
  readonly metrics: ServerConfig;
  readonly log: LogConfig;
  /** What the operator should be told at the start, in the order of importance. */
  readonly notices: readonly Notice[];
  /** Each value in effect and where it came from, for `describeConfig`. Secrets are redacted. */
  readonly settings: readonly Setting[];
}

/** Where the Tezos marks live. */
export type WatermarkConfig =
  | { readonly driver: 'file' }
  | { readonly driver: 'mem' }
  | { readonly driver: 'sqlite'; /** Absolute. */ readonly path: string };

interface ProtectionConfig {
  readonly allowRepeat: boolean;
  /** The most that one request may raise a level above the lane's last; null for no bound. */
  readonly maxLevelJump: bigint | null;
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
