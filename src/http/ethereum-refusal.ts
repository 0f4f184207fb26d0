import type { FastifyReply } from 'fastify';
import { codeHeader, type Refusal } from './refusal.ts';

/** What only some refusals have. */
export interface EthereumRefusal extends Refusal {
  /** What the lane has signed, when the refusal is about that. */
  readonly mark?: Readonly<Record<string, string>>;
}

const paths = /^\/+(?:api|eth|reload|upcheck|healthcheck)(?:\/|$)/u;

/** Is this a path that Ethereum clients know, routed or not? */
export function isEthereumPath(path: string): boolean {
  return paths.test(path);
}

/**
 * One object for every parser there is (ethereum.md §2.4): Web3Signer's `code` and `message`, Nimbus' `error`, and
 * `reason`, which is ours.
 */
export function ethereumErrorBody({ status, code, message, mark }: EthereumRefusal): string {
  return JSON.stringify({
    code: status,
    message,
    error: message,
    reason: code,
    ...(mark === undefined ? {} : { mark }),
  });
}

/** Answers with a refusal. One that time may cure says when to ask again. */
export function sendEthereumRefusal(reply: FastifyReply, refusal: EthereumRefusal): FastifyReply {
  if (refusal.status === 503) void reply.header('retry-after', '1');
  return reply
    .code(refusal.status)
    .header(codeHeader, refusal.code)
    .header('content-type', 'application/json; charset=utf-8')
    .send(ethereumErrorBody(refusal));
}
