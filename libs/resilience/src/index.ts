export { AsyncQueue, type AsyncQueueOptions } from './async-queue.js';
export { Batching, type BatchingOptions, type ItemOutcome } from './batching.js';
export {
  createBreaker,
  type Admission,
  type Breaker,
  type BreakerOptions,
  type BreakerState,
  type Permit,
} from './breaker.js';
export { PeriodicTask, type PeriodicTaskOptions } from './periodic-task.js';
export { RetryBudget } from './retry-budget.js';
export { Semaphore } from './semaphore.js';
export { anySignal, backoffMs, sleep } from './timing.js';
