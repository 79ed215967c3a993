import type { Source } from '@weir/config';
import { createBreaker } from '@weir/resilience';
import type { ExternalSettings } from '../external.config.js';
import type { BreakerReport } from './breaker-report.js';
import { CallGuard } from './call-guard.js';

const MOST_GUARDS = 512;
const WINDOW_MS = 10_000;
const MOST_OPEN_MS = 30_000;
const JITTER = 0.2;

export interface CallGuardsOptions {
  readonly settings: ExternalSettings;
  readonly source: Source;
  readonly onChange: BreakerReport;
}

/** One guard per system that is asked. The one unused for longest goes when there are too many. */
export class CallGuards {
  readonly #guards = new Map<string, CallGuard>();

  constructor(private readonly options: CallGuardsOptions) {}

  get size(): number {
    return this.#guards.size;
  }

  find(key: string): CallGuard | undefined {
    const guard = this.#guards.get(key);
    if (!guard) return undefined;
    this.#guards.delete(key);
    this.#guards.set(key, guard);
    return guard;
  }

  /** `label`: what metrics and logs call it. */
  of(key: string, label: string): CallGuard {
    const known = this.find(key);
    if (known) return known;
    if (this.#guards.size >= MOST_GUARDS) this.#forgetOne();
    const guard = this.#create(label);
    this.#guards.set(key, guard);
    return guard;
  }

  close(): void {
    for (const { breaker } of this.#guards.values()) breaker.close();
    this.#guards.clear();
  }

  #create(label: string): CallGuard {
    const { settings, source, onChange } = this.options;
    const breaker = createBreaker({
      name: label,
      errorThresholdPercent: 50,
      volumeThreshold: settings.externalBreakerVolume,
      windowMs: WINDOW_MS,
      openMs: settings.externalBreakerOpenMs,
      openCapMs: Math.max(MOST_OPEN_MS, settings.externalBreakerOpenMs),
      openJitter: JITTER,
      capacity: settings.externalConcurrency,
      now: () => source.monotonic(),
      random: () => source.random(),
    });
    breaker.onChange((state, reason, cause) => onChange(label, state, reason, cause));
    onChange(label, breaker.state, '', 'released');
    return new CallGuard(breaker);
  }

  #forgetOne(): void {
    const idle = [...this.#guards].find(([, { breaker }]) => breaker.inFlight === 0) ?? [...this.#guards][0];
    if (!idle) return;
    const [key, { breaker }] = idle;
    breaker.close();
    this.#guards.delete(key);
  }
}
