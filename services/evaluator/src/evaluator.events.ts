import type { EvaluationCompleted } from '@weir/contracts';
import type { EndState, Job } from './jobs/job.js';

/** Data of `weir.evaluation.completed.v1`. */
export function completedEvent(job: Job & { readonly state: EndState }): EvaluationCompleted {
  return {
    job_id: job.id,
    organization_id: job.organizationId,
    project_id: job.projectId,
    name: job.name,
    model: job.model,
    state: job.state,
    state_reason: job.stateReason,
    suite_sha256: job.suiteSha256,
    total: job.total,
    done: job.done,
    failed_requests: job.failedRequests,
    scores: job.scores.map(({ metric, value, standardError, samples }) => ({
      metric,
      value,
      standard_error: standardError,
      samples,
    })),
    passed: job.passed,
    created_at: job.createdMs,
    ended_at: job.endedMs,
  };
}
