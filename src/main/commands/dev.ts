import { limits } from '../../base/limits.ts';
import { createLog } from '../../observe/log.ts';
import { conflictingBody, demonstrate, nextBody } from '../dev/demonstration.ts';
import { createScratch, type Scratch } from '../dev/scratch.ts';
import { readConfig } from '../read-config.ts';
import { terminalSource } from '../terminal.ts';
import { type RunningSigner, startSigner } from '../wire.ts';
import type { GlobalOptions } from './global-options.ts';
import { endWithin, toldToStop } from './serve.ts';

/** `tidemark dev`: the whole signer on throw-away keys; shows a signature and a refusal by each, then keeps serving. */
export async function dev(options: GlobalOptions): Promise<void> {
  // Before anything is made: at whatever moment it is told to stop, the scratch folder goes.
  const told = toldToStop();
  const scratch = createScratch();
  try {
    const config = readConfig({ ...options, config: scratch.configFile });
    const signer = await startSigner({ config, log: createLog(config.log), askPassword: terminalSource });
    console.log(`\nTidemark signs at ${signer.api}, with throw-away keys in ${scratch.folder}\n`);
    await demonstrate(signer.api, scratch.keys);
    console.log(invitation(signer, scratch));
    await told;
    await endWithin(signer, limits.drainMs);
  } finally {
    scratch.remove();
  }
}

function invitation({ api, metrics }: RunningSigner, { folder, configFile, keys }: Scratch): string {
  const [first] = keys;
  const url = `${api}/keys/${first?.pkh ?? ''}`;
  const post = (body: string) => `  curl -s -H 'content-type: application/json' -d '${body}' \\\n    ${url}`;
  return `
Try it:

  curl -s ${url}
${post(nextBody())}
${post(conflictingBody())}
  curl -s ${metrics}/metrics | grep watermark
  cat ${folder}/base/watermark_v2/*.json

The configuration that runs now, to start your own from: ${configFile}
Point octez-client at the signer:
  octez-client import secret key dev ${url.replace('/keys/', '/')}

Serving until Ctrl-C; then everything above is thrown away.`;
}
