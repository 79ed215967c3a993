import { createHash } from 'node:crypto';
import { isWeirError, WeirError } from '@weir/errors';
import type { GenerationRequest } from '../generation/generation.js';

export interface QuarantineOptions {
  readonly deploymentId: string;
  /** Milliseconds. */
  readonly now: () => number;
  /** Called when a request is refused from now on. */
  readonly onQuarantined: (hash: string) => void;
}

interface Mark {
  deaths: number;
  readonly until: number;
}

/** Deaths of the engine with a request in it after which that request is refused. One may be another's fault. */
const DEATHS = 2;
const KEPT_MS = 3_600_000;
const MOST_MARKS = 4_096;

/** Remembers the requests that were in an engine when it died, and refuses those that were so twice within an hour. */
export class Quarantine {
  readonly #options: QuarantineOptions;
  /** Oldest first. */
  readonly #marks = new Map<string, Mark>();

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  /** Hashes of the refused requests. */
  get refused(): string[] {
    this.#forgetOld();
    return [...this.#marks].filter(([, { deaths }]) => deaths >= DEATHS).map(([hash]) => hash);
  }

  /** @throws WeirError `request_quarantined` */
  check(request: GenerationRequest): void {
    this.#forgetOld();
    if (this.#marks.size === 0) return;
    const hash = this.#hash(request);
    if ((this.#marks.get(hash)?.deaths ?? 0) < DEATHS) return;
    throw new WeirError('request_quarantined', 'This request ended its engine twice and is refused for an hour.', {
      details: { request_hash: hash },
    });
  }

  onSuccess(request: GenerationRequest): void {
    if (this.#marks.size > 0) this.#marks.delete(this.#hash(request));
  }

  /** Only the death of an engine that had begun with the request counts. */
  onFailure(request: GenerationRequest, error: unknown): void {
    if (!isWeirError(error) || error.details.engine_lost !== true) return;
    const hash = this.#hash(request);
    const deaths = (this.#marks.get(hash)?.deaths ?? 0) + 1;
    this.#marks.delete(hash);
    this.#marks.set(hash, { deaths, until: this.#options.now() + KEPT_MS });
    this.#forgetOld();
    if (deaths === DEATHS) this.#options.onQuarantined(hash);
  }

  #hash(request: GenerationRequest): string {
    return requestHash(this.#options.deploymentId, request);
  }

  #forgetOld(): void {
    const now = this.#options.now();
    for (const [hash, { until }] of this.#marks) {
      if (until > now && this.#marks.size <= MOST_MARKS) return;
      this.#marks.delete(hash);
    }
  }
}

/** The same for the same prompt with the same options at the same deployment, whoever sends it: sha256 in hex. */
export function requestHash(deploymentId: string, { prompt, options }: GenerationRequest): string {
  const text = JSON.stringify([deploymentId, prompt, { ...options, logitBias: [...options.logitBias] }]);
  return createHash('sha256').update(text).digest('hex');
}
