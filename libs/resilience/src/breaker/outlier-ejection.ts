export interface OutlierEjectionOptions {
  readonly endpoints: readonly string[];
  /** Most endpoints that may be out at once, in percent of all; one always stays. Default 50. */
  readonly maxEjectedPercent?: number;
  /** Failures in a row that eject an endpoint. */
  readonly consecutiveFailures: number;
  /** Share of an endpoint's outcomes in the window at which it is ejected, 1 to 100; default 50. */
  readonly failurePercent?: number;
  /** Outcomes in the window below which the share says nothing; default 20. */
  readonly volume?: number;
  /** Milliseconds; default 30 s. */
  readonly windowMs?: number;
  /** Milliseconds of the first ejection; the n-th in a row lasts n times as long. */
  readonly baseEjectMs: number;
  /** Longest ejection in milliseconds. */
  readonly capMs: number;
  /** Milliseconds. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface EndpointHealth {
  readonly ejected: boolean;
  /** Why it is out; empty while it is in use. */
  readonly reason: string;
  /** When it comes back, on the clock of `now`. */
  readonly until?: number;
}

interface Endpoint {
  failuresInRow: number;
  windowFrom: number;
  outcomes: number;
  failures: number;
  /** Ejections that still make the next one longer. */
  ejections: number;
  ejectedUntil: number | undefined;
  /** Since when it has been in use without an ejection, as far as `ejections` has counted. */
  soundSince: number;
  reason: string;
}

/** Share of an ejection's time that chance takes away, so that endpoints do not come back together. */
const JITTER = 0.25;

/**
 * Takes single endpoints of a group out of use for a time and lets them back by time (Envoy's outlier detection).
 * Never more than the given share of them, and never all: traffic must go somewhere.
 */
export class OutlierEjection {
  readonly #options: Required<OutlierEjectionOptions>;
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(options: OutlierEjectionOptions) {
    this.#options = { maxEjectedPercent: 50, failurePercent: 50, volume: 20, windowMs: 30_000, ...options };
    const now = options.now();
    for (const name of options.endpoints) this.#endpoints.set(name, fresh(now));
  }

  /** Endpoints in use, in the order they were given; never none where there is one. */
  available(): string[] {
    return [...this.#endpoints.keys()].filter((name) => !this.state(name).ejected);
  }

  /** How a call to the endpoint ended. `ignore`: a client's error, a cancellation, a refusal of our own. */
  report(name: string, outcome: 'success' | 'failure' | 'ignore'): void {
    const endpoint = this.#current(name);
    // What was under way before the ejection says nothing new.
    if (!endpoint || outcome === 'ignore' || endpoint.ejectedUntil !== undefined) return;
    this.#count(endpoint, outcome === 'failure');
    if (outcome === 'success') return;
    const reason = this.#reasonToEject(endpoint);
    if (reason && this.#hasRoom()) this.#eject(endpoint, reason);
  }

  /** An endpoint that was never named is in use. */
  state(name: string): EndpointHealth {
    const endpoint = this.#current(name);
    if (endpoint?.ejectedUntil === undefined) return { ejected: false, reason: '' };
    return { ejected: true, reason: endpoint.reason, until: endpoint.ejectedUntil };
  }

  /** The endpoint, back in use when its time is over. */
  #current(name: string): Endpoint | undefined {
    const endpoint = this.#endpoints.get(name);
    if (!endpoint) return undefined;
    const { ejectedUntil, ejections } = endpoint;
    if (ejectedUntil !== undefined && this.#options.now() >= ejectedUntil) {
      Object.assign(endpoint, fresh(ejectedUntil), { ejections });
    }
    return endpoint;
  }

  #count(endpoint: Endpoint, failed: boolean): void {
    const now = this.#options.now();
    if (now - endpoint.windowFrom >= this.#options.windowMs) {
      Object.assign(endpoint, { windowFrom: now, outcomes: 0, failures: 0 });
    }
    endpoint.outcomes += 1;
    endpoint.failures += failed ? 1 : 0;
    endpoint.failuresInRow = failed ? endpoint.failuresInRow + 1 : 0;
  }

  #reasonToEject({ failuresInRow, outcomes, failures }: Endpoint): string | undefined {
    const { consecutiveFailures, failurePercent, volume } = this.#options;
    if (failuresInRow >= consecutiveFailures) return `${failuresInRow} failures in a row`;
    if (outcomes < volume || failures * 100 < outcomes * failurePercent) return undefined;
    return `${failures} of ${outcomes} calls failed`;
  }

  #hasRoom(): boolean {
    const all = this.#endpoints.size;
    const most = Math.min(Math.floor((all * this.#options.maxEjectedPercent) / 100), all - 1);
    return all - this.available().length < most;
  }

  #eject(endpoint: Endpoint, reason: string): void {
    const { baseEjectMs, capMs, now, random } = this.#options;
    // Each ejection's length without another one takes one off the count.
    const forgiven = Math.floor((now() - endpoint.soundSince) / baseEjectMs);
    endpoint.ejections = Math.max(0, endpoint.ejections - forgiven) + 1;
    const ms = Math.min(capMs, baseEjectMs * endpoint.ejections) * (1 - JITTER * random());
    endpoint.ejectedUntil = now() + ms;
    endpoint.reason = reason;
  }
}

function fresh(now: number): Endpoint {
  return {
    failuresInRow: 0,
    windowFrom: now,
    outcomes: 0,
    failures: 0,
    ejections: 0,
    ejectedUntil: undefined,
    soundSince: now,
    reason: '',
  };
}
