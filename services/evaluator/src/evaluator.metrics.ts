import { counter, gauge, histogram } from '@weir/telemetry';

export const evaluatorMetrics = {
  jobs: counter('weir_evaluator_jobs_total', 'Jobs that ended.', ['state']),
  jobSeconds: histogram(
    'weir_evaluator_job_duration_seconds',
    'Time from creation to end of a job.',
    ['state'],
    [1, 5, 15, 60, 300, 900, 3600, 14_400],
  ),
  running: gauge('weir_evaluator_running_jobs', 'Jobs that run in this process.'),
  waiting: gauge('weir_evaluator_waiting_jobs', 'Jobs that wait in this process.'),
  requests: counter('weir_evaluator_requests_total', 'Attempts at requests to the front door, by how they ended.', [
    'outcome',
  ]),
  items: counter('weir_evaluator_items_total', 'Items that got a result.', ['metric', 'outcome']),
};
