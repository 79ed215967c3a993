import { WeirError } from '@weir/errors';
import type { CallContext, Principal } from '@weir/grpc';
import type { Caller } from '../../pipeline/inference-request.js';
import type { PipelineService } from '../../pipeline/pipeline.service.js';
import type { RequestRun } from '../../pipeline/request-run.js';
import type { AnswerDelta } from '../../routing/attempt.js';
import { APPROVAL_HEADER, approvalOf } from '../approval-header.js';
import { eventPlace, weirDetails } from '../openai/openai-usage.js';
import { DROPPED_HEADER, droppedReason, runHeaders } from '../run-headers.js';
import { AnswerFeed } from './answer-feed.js';

export interface CallerSources {
  readonly source: { uuid(): string; now(): number };
  readonly settings: { readonly requestTimeoutMs: number };
}

const TRAILERS: ReadonlySet<string> = new Set(['server-timing', DROPPED_HEADER]);

export function callerOf(call: CallContext, { source, settings }: CallerSources): Caller {
  return {
    door: 'grpc',
    // The call's id may be chosen by its client and come twice; what is billed once per id needs one of our own.
    requestId: source.uuid(),
    principal: principalOf(call),
    trace: call.trace,
    signal: call.signal,
    deadline: call.deadline ?? source.now() + settings.requestTimeoutMs,
    doorMs: 0,
    approval: approvalOf(call.metadata.get(APPROVAL_HEADER)),
    isJudge: call.peer.kind === 'service' && call.peer.name === 'guardrails',
  };
}

/** A service that calls without a principal has nobody to bill. */
export function principalOf({ principal }: CallContext): Principal {
  if (!principal) throw new WeirError('missing_api_key', 'This call needs an API key.');
  return principal;
}

/** Executes a run; its released pieces as they come. Throws what the run failed with, after it was settled. */
export async function* deltasOf(pipeline: PipelineService, run: RequestRun): AsyncGenerator<AnswerDelta> {
  const feed = new AnswerFeed();
  const ended = pipeline
    .execute(run, { delta: (delta) => feed.push(delta) })
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    .finally(() => feed.end());
  try {
    yield* feed;
    const failure = await ended;
    if (failure) throw failure.error;
  } finally {
    feed.close();
    await ended;
  }
}

/** Before the first message of the answer; does nothing afterwards. */
export function sendHeaders(run: RequestRun, call: CallContext): void {
  if (call.responseHeaders.size > 0) return;
  for (const [name, value] of runHeaders(run)) if (!TRAILERS.has(name)) call.responseHeaders.set(name, value);
}

/** When the run has ended. */
export function sendTrailers(run: RequestRun, call: CallContext): void {
  call.responseTrailers.set('server-timing', run.clock.header());
  const dropped = droppedReason(run);
  if (dropped) call.responseTrailers.set(DROPPED_HEADER, dropped);
  if (call.metadata.get('x-weir-details') !== '1') return;
  call.responseTrailers.set('x-weir-event', JSON.stringify(eventPlace(run)));
  call.responseTrailers.set('x-weir-details', JSON.stringify(weirDetails(run)));
}
