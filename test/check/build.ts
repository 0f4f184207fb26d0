import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The compiled tests, as absolute paths in a stable order, without those whose source is gone. */
export function compiledTests(root: string): string[] {
  sweep(root);
  return compiledFiles(root)
    .map((file) => join(root, 'build', file))
    .filter((file) => file.endsWith('.test.js'));
}

/** The compiler never removes an output: a test that was deleted or renamed would go on running from `build/`. */
function sweep(root: string): void {
  for (const file of compiledFiles(root)) {
    const source = join(root, file.replace(/\.js$/u, '.ts'));
    if (!existsSync(source)) rmSync(join(root, 'build', file));
  }
}

/** Relative to `build/`. */
function compiledFiles(root: string): string[] {
  const files = readdirSync(join(root, 'build'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.js')).toSorted();
}
