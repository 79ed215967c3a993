import { WeirError } from '@weir/errors';
import { z } from 'zod';
import type { Job } from './job.js';

const body = z.object({
  name: z.string(),
  model: z.object({ name: z.string(), auth: z.object({ api_key: z.string() }).optional() }),
  benchmarks: z
    .array(
      z.object({
        id: z.string().default('suite'),
        provider_id: z.literal('weir').default('weir'),
        parameters: z.object({ suite_jsonl: z.string(), concurrency: z.number().int().min(0).default(0) }),
        pass_criteria: z.object({ threshold: z.number() }).optional(),
      }),
    )
    .length(1, 'exactly one benchmark is supported'),
});

/** Reads EvalHub's job request; the caller's own key is used where it names none. @throws WeirError `invalid_request` */
export function readEvalHubJob(request: unknown, ownKey: string) {
  const parsed = body.safeParse(request);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const param = (issue?.path ?? []).map(String).join('.');
    throw new WeirError('invalid_request', `${param}: ${issue?.message ?? 'is not valid'}`, { param });
  }
  const { name, model, benchmarks } = parsed.data;
  const [benchmark] = benchmarks;
  return {
    name,
    model: model.name,
    apiKey: model.auth?.api_key ?? ownKey,
    suiteJsonl: benchmark?.parameters.suite_jsonl ?? '',
    concurrency: benchmark?.parameters.concurrency ?? 0,
    threshold: benchmark?.pass_criteria?.threshold,
  };
}

/** A job as EvalHub shows it. */
export function evalHubJob(job: Job) {
  const times = { created_at: new Date(job.createdMs).toISOString() };
  return {
    resource: { id: job.id, tenant: job.projectId, ...times },
    name: job.name,
    model: { name: job.model },
    status: {
      state: job.state,
      message: { message: job.stateReason },
      progress: { total: job.total, done: job.done, failed_requests: job.failedRequests },
      ...(job.endedMs > 0 ? { completed_at: new Date(job.endedMs).toISOString() } : {}),
    },
    results: { benchmarks: resultsOf(job) },
  };
}

function resultsOf({ scores, suiteSha256, threshold, passed }: Job) {
  if (scores.length === 0) return [];
  const metrics = scores.flatMap(({ metric, value, standardError, samples }) => [
    [metric, value],
    [`${metric}_stderr`, standardError],
    [`${metric}_samples`, samples],
  ]);
  const score = Math.min(...scores.map(({ value }) => value));
  const test = threshold === undefined ? {} : { test: { primary_score: score, threshold, pass: passed === true } };
  return [
    { id: 'suite', provider_id: 'weir', suite_sha256: suiteSha256, metrics: Object.fromEntries(metrics), ...test },
  ];
}
