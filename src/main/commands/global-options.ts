import type { LogLevel } from '../../observe/log.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly config: string;
  readonly log?: LogLevel;
  readonly baseDir?: string;
  readonly jsonLog?: boolean;
}
