import type { Metrics } from '../observe/metrics.ts';
import type { Server } from './server.ts';

/** One thing that an operator should know. */
export interface HealthCheck {
  readonly id: string;
  /** False makes the whole not ready. */
  readonly up: boolean;
  readonly text: string;
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
  server.get('/upcheck', async (_request, reply) => reply.type('text/plain; charset=utf-8').send('OK'));
  server.get('/healthcheck', async (_request, reply) => {
    const up = health.ready;
    const status = up ? 'UP' : 'DOWN';
    const checks = health.checks.map(({ id, up: good, text }) => ({
      id,
      status: good ? 'UP' : 'DOWN',
      data: { text },
    }));
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

function addReadiness(server: Server, health: Health): void {
  server.get('/healthz', async (_request, reply) =>
    reply
      .code(health.ready ? 200 : 503)
      .type('application/json; charset=utf-8')
      .send(`${JSON.stringify({ ready: health.ready })}\n`),
  );
}

/** Signatory's error envelope on its utility server. */
export function utilityErrorBody(message: string): string {
  return `${JSON.stringify({ error: message })}\n`;
}
