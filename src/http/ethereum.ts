import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorCode, isFault, messageOf } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import { limits } from '../base/limits.ts';
import type { KeyLoading } from '../keys/key-loading.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Log } from '../observe/log.ts';
import type { Stop } from '../protection/stop.ts';
import type { EthereumSigning } from '../signing/ethereum-signing.ts';
import { takesJson } from './accept.ts';
import { statusOf } from './errors.ts';
import { type EthereumRefusal, sendEthereumRefusal } from './ethereum-refusal.ts';
import { ethereumRefused } from './ethereum-refused.ts';
import { isCurrent, PublicKeyList } from './public-keys.ts';
import { addReloadRoutes } from './reload.ts';
import type { Server } from './server.ts';

export interface EthereumRouteParts {
  readonly signing: Pick<EthereumSigning, 'sign'>;
  readonly keyring: Keyring;
  readonly loading: KeyLoading;
  /** The lines of `protection stop-at`, by network; asked at each request. */
  readonly stops: () => ReadonlyMap<string, Stop>;
  /** 400, or 500 as Web3Signer has it. */
  readonly rootMismatchStatus: 400 | 500;
  readonly log: Log;
}

/** The paths below and their methods, for answering any other method. */
export const ethereumPaths = [
  { path: /^\/api\/v1\/eth2\/sign\/[^/]+$/u, methods: 'POST' },
  { path: /^\/api\/v1\/eth2\/publicKeys$/u, methods: 'GET' },
  { path: /^\/api\/v1\/eth2\/highWatermark$/u, methods: 'GET' },
  { path: /^\/reload$/u, methods: 'GET, POST' },
] as const;

/** Web3Signer's API (ethereum.md §1), which all validator clients speak. */
export function addEthereumRoutes(server: Server, parts: EthereumRouteParts): void {
  const routes = new EthereumRoutes(parts);
  server.post('/api/v1/eth2/sign/:identifier', { bodyLimit: limits.ethereumBodyBytes }, (request: SignRequest, reply) =>
    routes.sign(request, reply),
  );
  server.get('/api/v1/eth2/publicKeys', (request, reply) => routes.publicKeys(request, reply));
  server.get('/api/v1/eth2/highWatermark', (_request, reply) => reply.type(json).send(highWatermark(parts.stops())));
  addReloadRoutes(server, parts);
}

type SignRequest = FastifyRequest<{ Params: { identifier: string } }>;

const json = 'application/json; charset=utf-8';

class EthereumRoutes {
  readonly #parts: EthereumRouteParts;
  readonly #publicKeys: PublicKeyList;

  constructor(parts: EthereumRouteParts) {
    this.#parts = parts;
    this.#publicKeys = new PublicKeyList(parts.keyring);
  }

  async sign(request: SignRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      return await this.#sign(request, reply);
    } catch (error) {
      return this.#refuse(reply, error);
    }
  }

  async #sign(request: SignRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { identifier } = request.params;
    const outcome = await this.#parts.signing.sign({ identifier, body: bodyOf(request) });
    switch (outcome.kind) {
      case 'signed':
        return sendSignature(reply, request.headers.accept, outcome.signature);
      case 'unknown_key':
        return sendEthereumRefusal(reply, this.#unknownKey());
      case 'refused':
        return sendEthereumRefusal(reply, ethereumRefused(outcome));
    }
  }

  publicKeys(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { body, etag } = this.#publicKeys.page();
    void reply.header('etag', etag);
    if (isCurrent(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.type(json).send(body);
  }

  /**
   * Clients give a duty up on 404, and Lodestar and Lighthouse start before a signer with many keys is through: as long
   * as keys arrive for the first time, nobody can say that one does not exist.
   */
  #unknownKey(): EthereumRefusal {
    if (this.#parts.loading.complete) return { status: 404, code: 'key_not_found', message: 'no such key is loaded' };
    return { status: 503, code: 'keys_loading', message: 'keys are still being loaded, and this one is not there yet' };
  }

  /** Answers what only this route words; whatever else was thrown is the server's to answer. */
  #refuse(reply: FastifyReply, error: unknown): FastifyReply {
    const mismatch = isFault(error, 'signing_root_mismatch');
    const status = mismatch ? this.#parts.rootMismatchStatus : statusOf(error);
    void reply.code(status);
    if (mismatch || status < 500) {
      this.#parts.log.debug('Refused a request', { code: errorCode(error), error: messageOf(error) });
    }
    if (!mismatch) throw error;
    return sendEthereumRefusal(reply, { status, code: error.code, message: error.message });
  }
}

/** Without a newline: Prysm reads the whole body as hex. */
function sendSignature(reply: FastifyReply, accept: string | undefined, signature: Uint8Array): FastifyReply {
  const text = `0x${toHex(signature)}`;
  if (takesJson(accept)) return reply.header('content-type', json).send(`{"signature":"${text}"}`);
  return reply.header('content-type', 'text/plain; charset=utf-8').send(text);
}

/** Web3Signer knows one network; of several, the lowest lines are those that hold whatever is asked. */
function highWatermark(stops: ReadonlyMap<string, Stop>): string {
  const [first, ...others] = stops.values();
  if (first === undefined) return '{}';
  const lowest = (field: keyof Stop) =>
    others.reduce((low, stop) => (stop[field] < low ? stop[field] : low), first[field]);
  return JSON.stringify({ epoch: String(lowest('epoch')), slot: String(lowest('slot')) });
}

function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}
