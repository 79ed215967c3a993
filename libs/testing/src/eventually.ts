const POLL_MS = 10;

/**
 * Asks until the answer is truthy and no error, and returns it. After the time is over, throws the last error, or says
 * what the last answer was.
 * @param options.timeoutMs Default 10,000.
 */
export async function eventually<T>(
  probe: () => Promise<T> | T,
  options: { readonly timeoutMs?: number } = {},
): Promise<NonNullable<T>> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const outcome = await attempt(probe);
    if (outcome.ok && outcome.value) return outcome.value as NonNullable<T>;
    if (performance.now() >= deadline) {
      throw outcome.ok
        ? new Error(`still ${JSON.stringify(outcome.value)} after ${timeoutMs} ms`)
        : new Error(`still failing after ${timeoutMs} ms: ${String(outcome.error)}`, { cause: outcome.error });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

async function attempt<T>(probe: () => Promise<T> | T): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await probe() };
  } catch (error) {
    return { ok: false, error };
  }
}
