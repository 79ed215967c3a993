import { WeirError } from '@weir/errors';
import { anySignal, type CallDeadlines, type Expiry, type Permit } from '@weir/resilience';
import type { FinishReason, GenerationCall, GenerationPart } from '../generation/generation.js';
import { isEngineFault } from './breaker-outcome.js';
import type { BackendCall, EngineBackend } from './engine-backend.js';

export interface GuardedCallParts {
  readonly permit: Permit;
  readonly deadlines: CallDeadlines;
  /** Longest wait for a slot in milliseconds, which is not the engine's time. */
  readonly queueMs: number;
  readonly onExpire: (kind: Expiry) => void;
}

/** Ends that say nothing about the engine: the caller left, or had no time left. */
const NEUTRAL: ReadonlySet<FinishReason> = new Set(['cancelled', 'deadline']);

/**
 * Follows one generation under the breaker's permit: ends it alone when the engine keeps it waiting too long, and
 * reports its outcome once, at its end.
 */
export async function* guardedGeneration(
  backend: Pick<EngineBackend, 'generate'>,
  call: GenerationCall,
  parts: GuardedCallParts,
): AsyncGenerator<GenerationPart> {
  const { permit } = parts;
  const leaving = new AbortController();
  const watch = permit.watch({
    ...parts.deadlines,
    queueMs: parts.queueMs,
    onExpire: (kind) => {
      leaving.abort(expired(kind, parts.deadlines));
      parts.onExpire(kind);
    },
  });
  const guarded: BackendCall = {
    ...call,
    signal: anySignal(call.signal, leaving.signal),
    onPhase: (phase) => (phase === 'queued' ? watch.onQueued() : watch.onStarted()),
  };
  try {
    for await (const part of backend.generate(guarded)) {
      watch.onProgress();
      if (part.finish && !NEUTRAL.has(part.finish.reason)) permit.succeed();
      watch.pause();
      yield part;
      watch.resume();
    }
  } catch (error) {
    if (isEngineFault(error)) permit.fail(error);
    throw error;
  } finally {
    permit.ignore();
  }
}

/** Runs work that has one answer under the breaker's permit. */
export async function guardedWork<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  { permit, deadlines, onExpire }: GuardedCallParts,
): Promise<T> {
  const leaving = new AbortController();
  const limits = { firstMs: 0, gapMs: 0, totalMs: deadlines.totalMs };
  const watch = permit.watch({
    ...limits,
    onExpire: (kind) => {
      leaving.abort(expired(kind, limits));
      onExpire(kind);
    },
  });
  // Its length is the caller's choice, so that being long is no sign of a slow engine.
  watch.onProgress();
  try {
    const answer = await work(anySignal(signal, leaving.signal));
    permit.succeed();
    return answer;
  } catch (error) {
    if (isEngineFault(error)) permit.fail(error);
    throw error;
  } finally {
    permit.ignore();
  }
}

function expired(kind: Expiry, { firstMs, gapMs, totalMs }: CallDeadlines): WeirError {
  const messages = {
    first: `The engine sent nothing within ${firstMs / 1_000} s.`,
    gap: `The engine sent nothing more for ${gapMs / 1_000} s.`,
    total: `The request was not done within ${totalMs / 1_000} s.`,
  };
  return new WeirError('engine_failed', messages[kind], { details: { expired: kind } });
}
