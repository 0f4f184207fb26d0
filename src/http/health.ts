import type { Metrics } from '../observe/metrics.ts';
import { asksForJson } from './accept.ts';
import type { Refusal } from './refusal.ts';
import type { Server } from './server.ts';

/** One thing that an operator should know. Fields may be getters: they are asked when health is. */
export interface HealthCheck {
  readonly id: string;
  /** False makes the whole not ready. */
  readonly up: boolean;
  readonly text?: string;
  /** Figures, by the names that whoever reads them expects. */
  readonly data?: Readonly<Record<string, string | number>>;
  /** Parts of this one: shown only, because `up` has counted them. */
  readonly checks?: readonly HealthCheck[];
}

/** What health answers from: kept in memory, so that a probe never waits for a store. */
export class Health {
  /** True from the moment the keys can sign until shutdown begins. */
  started = false;
  readonly checks: readonly HealthCheck[];

  constructor(checks: readonly HealthCheck[]) {
    this.checks = checks;
  }

  /** Can a request be signed now, as far as is known? */
  get ready(): boolean {
    return this.started && this.checks.every((check) => check.up);
  }
}

const upcheck = { path: /^\/upcheck$/u, methods: 'GET' };
const healthcheck = { path: /^\/healthcheck$/u, methods: 'GET' };
const healthz = { path: /^\/healthz$/u, methods: 'GET' };

export const healthPaths = [upcheck, healthcheck, healthz];
export const utilityPaths = [healthz, { path: /^\/metrics$/u, methods: 'GET' }];

/** `/upcheck` (alive), `/healthcheck` (Web3Signer's shape), `/healthz` (Signatory's). */
export function addHealthRoutes(server: Server, health: Health): void {
  server.get('/upcheck', (request, reply) => {
    if (!asksForJson(request.headers.accept)) return reply.type('text/plain; charset=utf-8').send('OK');
    return reply.type('application/json; charset=utf-8').send('{"status":"OK"}');
  });
  server.get('/healthcheck', (_request, reply) => {
    const up = health.ready;
    const status = up ? 'UP' : 'DOWN';
    const serving = { id: 'default-check', up: health.started };
    const checks = [serving, ...health.checks].map(shown);
    return reply.code(up ? 200 : 503).send({ status, outcome: status, checks });
  });
  addReadiness(server, health);
}

/** The metrics listener: Signatory's utility server. */
export function addUtilityRoutes(server: Server, health: Health, metrics: Metrics): void {
  addReadiness(server, health);
  server.get('/metrics', async (_request, reply) => {
    const page = await metrics.registry.metrics();
    return reply.type(metrics.registry.contentType).send(page);
  });
}

/** Web3Signer's shape of a check (ethereum.md §5.2); what a check has no figures or parts for is left out. */
function shown({ id, up, text, data, checks }: HealthCheck): object {
  const figures = { ...(text === undefined ? {} : { text }), ...data };
  return {
    id,
    status: up ? 'UP' : 'DOWN',
    ...(Object.keys(figures).length === 0 ? {} : { data: figures }),
    ...(checks === undefined ? {} : { checks: checks.map(shown) }),
  };
}

function addReadiness(server: Server, health: Health): void {
  server.get('/healthz', async (_request, reply) =>
    reply
      .code(health.ready ? 200 : 503)
      .type('application/json; charset=utf-8')
      .send(`${JSON.stringify({ ready: health.ready })}\n`),
  );
}

/** Signatory's error envelope on its utility server. */
export function utilityErrorBody({ message }: Refusal): string {
  return `${JSON.stringify({ error: message })}\n`;
}
