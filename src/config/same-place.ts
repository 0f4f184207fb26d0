import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf } from '../base/fault.ts';

/** As many as Linux follows. */
const linksMax = 40;

/**
 * Do two absolute paths lead to one file or folder? Links, symbolic or hard, do not hide it, nor does it matter whether
 * anything is there yet.
 */
export function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [identityOf(one), identityOf(other)];
  if (a !== null && b !== null) return a === b;
  return canonical(one, linksMax) === canonical(other, linksMax);
}

/** Null when nothing is there, or nothing that may be looked at. */
function identityOf(path: string): string | null {
  const stats = orNull(() => statSync(path, { bigint: true }));
  return stats === null ? null : `${stats.dev}:${stats.ino}`;
}

/** The path without links in it, as far as it exists. A link to nothing leads to what it names. */
function canonical(path: string, links: number): string {
  const real = orNull(() => realpathSync(path));
  if (real !== null) return real;
  const above = dirname(path);
  if (above === path || links === 0) return path;
  const folder = canonical(above, links);
  const target = orNull(() => readlinkSync(path));
  return target === null ? join(folder, basename(path)) : canonical(resolve(folder, target), links - 1);
}

function orNull<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
