import type { Config } from '../config/config.ts';
import type { LocalSigner } from '../crypto/local-signer.ts';
import type { HealthCheck } from '../http/health.ts';
import type { PathMethods, Server } from '../http/server.ts';
import type { PasswordSource } from '../keys/password-source.ts';
import type { Log, LogFields } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Closers } from './closers.ts';

/** What both chains are built from. */
export interface SideParts {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly signer: LocalSigner;
  readonly closers: Closers;
  /** Asked for the passwords of encrypted keys that the configuration gives none for. */
  readonly askPassword: PasswordSource;
}

/** One chain's part of the signer, as the listeners see it. */
export interface Side {
  readonly checks: readonly HealthCheck[];
  /** The paths that `addRoutes` adds, for answering other methods. */
  readonly paths: readonly PathMethods[];
  readonly addRoutes: (server: Server) => void;
  /** What the line that says "Signing" tells of it. */
  readonly facts: () => LogFields;
}
