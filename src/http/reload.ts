import { Fault } from '../base/fault.ts';
import type { KeyLoading } from '../keys/key-loading.ts';
import type { Server } from './server.ts';

/** `POST /reload` begins to look at every key source again; `GET /reload` says how that stands (ethereum.md §1.4). */
export function addReloadRoutes(server: Server, { loading }: { readonly loading: KeyLoading }): void {
  server.get('/reload', (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(statusOfLoading(loading))),
  );
  server.post('/reload', (_request, reply) => {
    const known = loading.complete ? 'the keys that are loaded sign meanwhile' : 'keys sign as they arrive';
    if (!loading.reload())
      throw new Fault('reload_running', 'a load of the keys is running already; GET /reload shows it');
    const accepted = { code: 202, status: 'accepted', message: `the key sources are being looked at again; ${known}` };
    return reply.code(202).type('application/json; charset=utf-8').send(JSON.stringify(accepted));
  });
}

function statusOfLoading({ state, startedAtMs, lastError }: KeyLoading): object {
  const lastOperationTime = startedAtMs === null ? null : new Date(startedAtMs).toISOString();
  return { status: state, lastOperationTime, lastError };
}
