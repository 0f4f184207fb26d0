import type { FastifyRequest } from 'fastify';
import { Fault } from '../base/fault.ts';
import { limits } from '../base/limits.ts';
import type { BodyBudget } from './body-budget.ts';

/**
 * Reads a request's body as bytes, whatever its type claims to be: up to the limit of its route, and within what all
 * bodies together may hold.
 *
 * @param done called once, with the bytes or a Fault: `body_too_large`, `overloaded`, `http_malformed`
 */
export function readBody(
  request: FastifyRequest,
  budget: BodyBudget,
  done: (error: Error | null, body?: Buffer) => void,
): void {
  const { raw } = request;
  const limit = request.routeOptions.bodyLimit ?? limits.requestBodyBytes;
  if (Number(raw.headers['content-length']) > limit) return done(tooLarge(limit));
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limit) return finish(tooLarge(limit));
    if (!budget.hold(raw, length)) return finish(new Fault('overloaded', 'too many large bodies are being held'));
    chunks.push(chunk);
  };
  const end = (): void => finish(null);
  const fail = (): void => finish(new Fault('http_malformed', 'the connection ended before the body did'));
  const finish = (error: Error | null): void => {
    raw.off('data', take).off('end', end).off('error', fail);
    if (error !== null) return done(error);
    const [only] = chunks;
    done(null, only?.length === length ? only : Buffer.concat(chunks, length));
  };
  raw.on('data', take).on('end', end).on('error', fail);
  raw.resume();
}

function tooLarge(limit: number): Fault {
  return new Fault('body_too_large', `the body is larger than ${limit} bytes`);
}
