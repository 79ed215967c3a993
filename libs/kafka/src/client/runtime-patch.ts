import { consumerGroupClass, requestQueueClass, type ConsumerGroup, type RequestQueue } from './kafkajs-internals.js';

/*
 * Two repairs of kafkajs 2.2.4, made once per process on the prototypes of its own classes:
 *
 * 1. After the first request every connection re-arms a timer with a negative delay for ever, which is 1 ms in Node: 10
 *    to 20 % of a core while idle, and a TimeoutNegativeWarning on each turn (kafkajs #1604, #1751; fix #1755 was never
 *    merged). The timer is needed only while requests wait. The check for requests that timed out runs every 100 ms on
 *    each connection; once a second is enough for timeouts of many seconds.
 * 2. There is no hook before a consumer joins its group again, where it must first finish and commit what it has of
 *    the partitions it may lose. Assigners are the one thing of ours that the group object knows, so they carry it.
 */

/** An assigner whose `beforeJoin` is awaited before each join, the first one included. */
export interface JoinHook {
  beforeJoin(group: ConsumerGroup): Promise<void>;
}

const PATCHED = Symbol.for('weir.kafkajs.patched');
const PENDING_CHECK_MS = 10;
const TIMEOUT_CHECK_MS = 1000;

function isJoinHook(assigner: object): assigner is JoinHook {
  return 'beforeJoin' in assigner && typeof assigner.beforeJoin === 'function';
}

/** Applies the repairs. Calling it again changes nothing, also from a second copy of this lib. */
export function patchKafkajs(): void {
  const queue: RequestQueue & { [PATCHED]?: true } = requestQueueClass.prototype;
  if (queue[PATCHED]) return;
  queue[PATCHED] = true;
  queue.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
  queue.scheduleRequestTimeoutCheck = scheduleRequestTimeoutCheck;

  const group = consumerGroupClass.prototype;
  const { joinAndSync } = group;
  group.joinAndSync = async function hooked(this: ConsumerGroup): Promise<void> {
    for (const assigner of this.assigners) if (isJoinHook(assigner)) await assigner.beforeJoin(this);
    return joinAndSync.call(this);
  };
}

function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(this.throttledUntil - Date.now(), PENDING_CHECK_MS),
  );
}

function scheduleRequestTimeoutCheck(this: RequestQueue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  this.requestTimeoutIntervalId = setInterval(
    () => {
      for (const request of this.inflight.values()) {
        if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
      }
      if (!this.isConnected()) this.destroy();
    },
    Math.min(this.requestTimeout, TIMEOUT_CHECK_MS),
  );
}
