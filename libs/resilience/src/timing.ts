import { WeirError } from '@weir/errors';

/** Waits; rejects with `cancelled` as soon as the signal aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () => {
      clearTimeout(timer);
      reject(new WeirError('cancelled', 'The wait was cancelled.'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', cancelled);
      resolve();
    }, ms);
    if (signal?.aborted) return cancelled();
    signal?.addEventListener('abort', cancelled, { once: true });
  });
}

/** Aborts when the first of them does. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal {
  const present = signals.filter((signal) => signal !== undefined);
  return present.length === 1 && present[0] ? present[0] : AbortSignal.any(present);
}

/**
 * Wait before attempt number `attempt` (0 = the first repetition): uniform in [0, min(cap, base * 2^attempt)], the
 * "full jitter" of the AWS architecture blog.
 */
export function backoffMs(
  attempt: number,
  options: { readonly baseMs: number; readonly capMs: number; readonly random: () => number },
): number {
  return options.random() * Math.min(options.capMs, options.baseMs * 2 ** Math.min(attempt, 30));
}
