import { resolve } from 'node:path';
import type { AntiSlashingConfig, Config } from './config.ts';
import type { ParsedConfig } from './schema.ts';

/** @param marks where the Ethereum marks live; null when there is no Ethereum side */
export function protectionOf(
  parsed: ParsedConfig['protection'],
  marks: AntiSlashingConfig | null,
  baseDir: string,
): Config['protection'] {
  const { allow_repeat: allowRepeat, max_level_jump: jump, socket } = parsed;
  return {
    allowRepeat,
    maxLevelJump: jump === null ? null : BigInt(jump),
    socket: marks === null || socket === null ? null : socketOf(socket, marks, baseDir),
  };
}

/**
 * Only a store that one process holds needs a way through that process; whoever shares one opens it beside the others.
 */
function socketOf(chosen: string | undefined, marks: AntiSlashingConfig, baseDir: string): string | null {
  switch (marks.backend) {
    case 'sqlite':
    case 'file':
      return resolve(chosen ?? `${marks.path}.sock`);
    case 'mem':
      return resolve(chosen ?? `${baseDir}/protection.sock`);
    default:
      return null;
  }
}
