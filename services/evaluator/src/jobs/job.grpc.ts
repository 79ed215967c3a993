import { GrpcHandlers } from '@weir/bootstrap';
import { evaluationV1 } from '@weir/contracts';
import type { CallContext, Handlers } from '@weir/grpc';
import { cutPage, readJobId, readPage, viewOfCall } from './job-access.js';
import type { Job } from './job.js';
import { readOrder } from './job-order.js';
import { JobService } from './job.service.js';

const RULE = { services: ['operator'], scope: 'evaluation' } as const;

@GrpcHandlers(evaluationV1.EvaluationServiceDefinition, {
  createJob: RULE,
  getJob: RULE,
  listJobs: RULE,
  cancelJob: RULE,
  watchJob: RULE,
})
export class JobGrpc implements Handlers<evaluationV1.EvaluationServiceDefinition> {
  constructor(private readonly jobs: JobService) {}

  async createJob(request: evaluationV1.CreateJobRequest, call: CallContext) {
    viewOfCall(call);
    return { job: jobMessage(await this.jobs.create(readOrder(request), call.principal)) };
  }

  async getJob({ id }: evaluationV1.GetJobRequest, call: CallContext) {
    return { job: jobMessage(await this.jobs.get(readJobId(id), viewOfCall(call))) };
  }

  async listJobs(request: evaluationV1.ListJobsRequest, call: CallContext) {
    const { limit, beforeId } = readPage(request);
    const { shown, nextPageToken } = cutPage(
      await this.jobs.list(viewOfCall(call), { limit: limit + 1, beforeId }),
      limit,
    );
    return { jobs: shown.map(jobMessage), nextPageToken };
  }

  async cancelJob({ id }: evaluationV1.CancelJobRequest, call: CallContext) {
    return { job: jobMessage(await this.jobs.cancel(readJobId(id), viewOfCall(call))) };
  }

  async *watchJob({ id }: evaluationV1.WatchJobRequest, call: CallContext) {
    for await (const job of this.jobs.watch(readJobId(id), viewOfCall(call), call.signal)) {
      yield { job: jobMessage(job) };
    }
  }
}

function jobMessage(job: Job): evaluationV1.Job {
  return {
    id: job.id,
    name: job.name,
    model: job.model,
    state: job.state,
    stateReason: job.stateReason,
    total: job.total,
    done: job.done,
    failedRequests: job.failedRequests,
    suiteSha256: job.suiteSha256,
    scores: job.scores.map((score) => ({ ...score })),
    passed: job.passed,
    createdAtMs: job.createdMs,
    endedAtMs: job.endedMs,
    organizationId: job.organizationId,
    projectId: job.projectId,
  };
}
