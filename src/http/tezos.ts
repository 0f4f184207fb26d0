import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../base/fault.ts';
import type { Key } from '../keys/key.ts';
import type { Keyring } from '../keys/keyring.ts';
import { provesPossession } from '../keys/key.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { notListed, type TezosPolicies } from '../policy/tezos-policy.ts';
import type { TezosSigning } from '../signing/tezos-signing.ts';
import { parseKeyHash, publicKeyText, signatureText } from '../tezos/key-hash.ts';
import type { SigningVersion } from '../tezos/request.ts';
import { errorCode, messageOf } from '../base/fault.ts';
import { statusOf } from './errors.ts';
import { codeHeader } from './refusal.ts';
import type { Server } from './server.ts';
import { messageFromBody } from './tezos-body.ts';

export interface TezosRouteParts {
  readonly signing: TezosSigning;
  readonly keyring: Keyring;
  readonly policies: TezosPolicies;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The paths below and their methods, for answering any other method. */
export const tezosPaths = [
  { path: /^\/keys\/[^/]+$/u, methods: 'GET, POST' },
  { path: /^\/authorized_keys$/u, methods: 'GET' },
  { path: /^\/bls_prove_possession\/[^/]+$/u, methods: 'GET' },
] as const;

/** Signatory's error envelope: `id` and `kind` never vary. */
export function tezosErrorBody(message: string): string {
  return `${JSON.stringify([{ id: 'failure', kind: 'temporary', msg: message }])}\n`;
}

/** Signatory's signing API (tezos.md §1), which octez clients and Taquito speak. */
export function addTezosRoutes(server: Server, parts: TezosRouteParts): void {
  const routes = new TezosRoutes(parts);
  server.post('/keys/:pkh', async (request: KeyRequest, reply) => await routes.sign(request, reply));
  server.get('/keys/:pkh', async (request: KeyRequest, reply) => routes.publicKey(request, reply));
  server.get(
    '/bls_prove_possession/:pkh',
    async (request: KeyRequest, reply) => await routes.provePossession(request, reply),
  );
  server.get('/authorized_keys', async (_request, reply) => sendJson(reply, 200, {}));
}

type KeyRequest = FastifyRequest<{ Params: { pkh: string }; Querystring: { version?: unknown } }>;

class TezosRoutes {
  readonly #parts: TezosRouteParts;

  constructor(parts: TezosRouteParts) {
    this.#parts = parts;
  }

  async sign(request: KeyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const started = performance.now();
    try {
      return await this.#sign(request, reply);
    } catch (error) {
      this.#refuse(reply, error);
      throw error;
    } finally {
      this.#measure(request.params.pkh, reply.statusCode, performance.now() - started);
    }
  }

  async #sign(request: KeyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const pkh = parseKeyHash(request.params.pkh).text;
    const message = messageFromBody(bodyOf(request));
    const outcome = await this.#parts.signing.sign({ pkh, message, version: versionOf(request.query.version) });
    switch (outcome.kind) {
      case 'signed':
        return sendJson(reply, 200, { signature: signatureText(outcome.key.curve, outcome.signature) });
      case 'denied':
        return sendError(reply, 403, outcome.code, outcome.message);
      case 'unknown_key':
        return sendUnknownKey(reply);
      case 'refused':
        return sendError(reply, outcome.why === 'closed' ? 403 : 409, outcome.why, 'watermark validation failed');
    }
  }

  publicKey(request: KeyRequest, reply: FastifyReply): FastifyReply {
    const key = this.#find(request);
    if (key === null) return sendUnknownKey(reply);
    return sendJson(reply, 200, { public_key: publicKeyText({ curve: key.curve, bytes: key.publicKey }) });
  }

  async provePossession(request: KeyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const pkh = parseKeyHash(request.params.pkh).text;
    const policy = this.#parts.policies.get(pkh);
    if (policy === undefined) return sendError(reply, 403, 'policy_not_listed', notListed(pkh).message);
    const key = this.#parts.keyring.find(pkh);
    if (key === null) return sendUnknownKey(reply);
    if (!provesPossession(key)) throw new Fault('proof_of_possession', 'proof of possession is not supported');
    if (!policy.allowProofOfPossession) throw new Fault('proof_of_possession', 'proof of possession is not allowed');
    const proof = await key.provePossession();
    return sendJson(reply, 200, { bls_prove_possession: signatureText(key.curve, proof) });
  }

  #find(request: KeyRequest): Key | null {
    return this.#parts.keyring.find(parseKeyHash(request.params.pkh).text);
  }

  #refuse(reply: FastifyReply, error: unknown): void {
    const status = statusOf(error);
    void reply.code(status);
    if (status < 500) this.#parts.log.debug('Refused a request', { code: errorCode(error), error: messageOf(error) });
  }

  #measure(pkh: string, status: number, milliseconds: number): void {
    const { metrics } = this.#parts;
    const labels = { address: metrics.address(pkh), status: String(status) };
    metrics.handlerRequests.inc(labels);
    metrics.handlerDuration.observe(labels, milliseconds);
  }
}

/** Absent or anything else is the latest (tezos.md §1.3). */
function versionOf(query: unknown): SigningVersion {
  if (query === '0') return 0;
  return query === '1' ? 1 : 2;
}

function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

function sendUnknownKey(reply: FastifyReply): FastifyReply {
  return sendError(reply, 404, 'key_not_found', 'this key not found in any vault');
}

function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply
    .code(status)
    .header(codeHeader, code)
    .type('application/json; charset=utf-8')
    .send(tezosErrorBody(message));
}

function sendJson(reply: FastifyReply, status: number, value: unknown): FastifyReply {
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(`${JSON.stringify(value)}\n`);
}
