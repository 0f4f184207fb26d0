import { once } from 'node:events';
import { errnoOf, Fault } from '../../base/fault.ts';

/** Writes to standard output no faster than it is read. @throws Fault `config_invalid` when nobody reads on */
export async function writeStandardOutput(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  const { stdout } = process;
  let broken: unknown = null;
  stdout.once('error', (error: unknown) => {
    broken = error;
  });
  for await (const piece of pieces) {
    if (!stdout.write(piece)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
    if (broken !== null) {
      throw new Fault('config_invalid', `standard output could not be written (${errnoOf(broken) ?? 'unknown'})`);
    }
  }
}
