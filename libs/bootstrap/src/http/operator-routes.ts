import type { Metrics } from '@weir/telemetry';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../launch/readiness.js';

/** `/livez`, `/readyz` and `/metrics` of every process. */
export function addOperatorRoutes(fastify: FastifyInstance, readiness: Readiness, metrics: Metrics): void {
  const config = { access: 'public', unobserved: true } as const;
  // That it answers is the proof: the event loop turns.
  fastify.get('/livez', { config }, async () => ({ status: 'ok' }));
  fastify.get('/readyz', { config }, async (_request, reply) => {
    const problems = readiness.problems();
    return reply.code(problems.length ? 503 : 200).send({ status: problems.length ? 'not_ready' : 'ready', problems });
  });
  fastify.get('/metrics', { config }, async (_request, reply) => {
    const { contentType, body } = await metrics.render();
    return reply.type(contentType).send(body);
  });
}
