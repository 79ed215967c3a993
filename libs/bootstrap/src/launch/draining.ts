import { sleep } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';

type Step = () => Promise<void> | void;

/** Longest time that the steps get together, in milliseconds. */
const STEPS_MS = 3_000;

/**
 * What services do when the process stops, after the last HTTP request and before calls between services are refused:
 * give leases back, end streams that would go on for ever.
 */
export class Draining {
  readonly #steps = new Map<string, Step>();

  add(name: string, step: Step): void {
    this.#steps.set(name, step);
  }

  /** Runs all steps at once. One that fails or takes too long is logged and left alone. */
  async run(logger: Logger): Promise<void> {
    const stop = new AbortController();
    const waiting = new Set(this.#steps.keys());
    const steps = [...this.#steps].map(async ([name, step]) => {
      try {
        await step();
      } catch (error) {
        logger.warn({ err: error, step: name }, 'a step of the drain failed');
      }
      waiting.delete(name);
    });
    await Promise.race([Promise.all(steps), sleep(STEPS_MS, stop.signal).catch(() => undefined)]);
    stop.abort();
    if (waiting.size > 0) logger.warn({ steps: [...waiting] }, 'steps of the drain took too long');
  }
}
