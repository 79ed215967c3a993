export { AsyncQueue, type AsyncQueueOptions } from './async-queue.js';
export { Batching, type BatchingOptions, type ItemOutcome } from './batching.js';
export {
  createBreaker,
  type Admission,
  type Breaker,
  type BreakerCause,
  type BreakerListener,
  type BreakerOptions,
  type BreakerState,
  type Refusal,
} from './breaker/breaker.js';
export { CallWatch, type CallDeadlines, type CallWatchOptions, type Expiry } from './breaker/call-watch.js';
export { OutlierEjection, type EndpointHealth, type OutlierEjectionOptions } from './breaker/outlier-ejection.js';
export { type Permit, type WatchedCall } from './breaker/permit.js';
export { PeriodicTask, type PeriodicTaskOptions } from './periodic-task.js';
export { RetryBudget } from './retry-budget.js';
export { Semaphore } from './semaphore.js';
export { anySignal, backoffMs, sleep } from './timing.js';
export { Wakeup } from './wakeup.js';
