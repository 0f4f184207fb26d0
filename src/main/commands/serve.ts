import { createLog } from '../../observe/log.ts';
import { limits } from '../../base/limits.ts';
import { readConfig } from '../read-config.ts';
import { terminalSource } from '../terminal.ts';
import { type RunningSigner, startSigner } from '../wire.ts';
import type { GlobalOptions } from './global-options.ts';

/** `tidemark serve`: signs until SIGTERM or SIGINT, then finishes what was asked. */
export async function serve(options: GlobalOptions): Promise<void> {
  const config = readConfig(options);
  const log = createLog(config.log);
  for (const notice of config.notices) log[notice.level](notice.text);
  // Before anything is opened: a signal while it starts must neither cut a start short nor end the program unseen.
  const told = toldToStop();
  let running: RunningSigner | null = null;
  // As services are told to look at their files again (`systemctl reload`); a start looks at them anyway.
  process.on('SIGHUP', () => running?.reload());
  const signer = await startSigner({ config, log, askPassword: terminalSource });
  running = signer;
  const signal = await told;
  log.info('Shutting down: finishing what was asked', { signal });
  await endWithin(signer, limits.drainMs);
  log.info('Stopped');
}

/** Resolves with the first signal that ends the program; a second one ends it at once. */
export async function toldToStop(): Promise<NodeJS.Signals> {
  return await new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

/** Ends the signer; after `ms` the process goes anyway: every answer that left was recorded before. */
export async function endWithin(signer: RunningSigner, ms: number): Promise<void> {
  const timer = setTimeout(() => process.exit(1), ms);
  await signer.end();
  clearTimeout(timer);
}
