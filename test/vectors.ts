import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const besideTheRepository = fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

/**
 * Where published vectors stand: `TIDEMARK_VECTORS`, or `shared/vectors` beside the repository; null when neither is
 * there.
 */
export function vectorsFolder(): string | null {
  const folder = process.env['TIDEMARK_VECTORS'] ?? besideTheRepository;
  return existsSync(folder) ? folder : null;
}
