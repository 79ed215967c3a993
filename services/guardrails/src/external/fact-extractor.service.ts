import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError, WeirError } from '@weir/errors';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import type { CheckInput } from '../detector/text-check.js';
import type { FactExtraction, Facts } from '../rules/rule-set.js';
import { breakerReport } from './calls/breaker-report.js';
import { CallEnd } from './calls/call-end.js';
import { follow, reasonOf } from './calls/call-guard.js';
import { CallGuards } from './calls/call-guards.js';
import { EXTERNAL_SETTINGS, type ExternalSettings } from './external.config.js';
import { externalMetrics } from './external.metrics.js';
import { factReader, type FactReader } from './facts/extracted-facts.js';
import { extractionPrompt } from './facts/extraction-prompt.js';
import { ModelClient } from './judge/model.client.js';

const MAX_TOKENS = 1_024;
const NO_FACTS: Facts = new Map();
/** What metrics call it, beside the checks. */
const NAME = 'fact-extraction';

/** Asks a model for the facts that rules decide on. */
@Injectable()
export class FactExtractor implements OnApplicationShutdown {
  readonly #metrics: Bound<typeof externalMetrics>;
  readonly #guards: CallGuards;
  readonly #readers = new WeakMap<FactExtraction, FactReader>();

  constructor(
    private readonly models: ModelClient,
    metrics: Metrics,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(LOGGER) logger: Logger,
    @Inject(EXTERNAL_SETTINGS) settings: ExternalSettings,
  ) {
    this.#metrics = metrics.bind(externalMetrics);
    this.#guards = new CallGuards({ settings, source, onChange: breakerReport(this.#metrics, logger) });
  }

  /**
   * The facts that the model found, named `extracted.<name>`. None when it cannot answer and the policy goes on without.
   * @throws WeirError `guardrails_unavailable` when it cannot answer and the policy needs it; why the input's signal aborted
   */
  async extract(extraction: FactExtraction, input: CheckInput): Promise<Facts> {
    const startedAt = this.source.monotonic();
    try {
      const facts = await this.#ask(extraction, input);
      this.#count('ok', 'decided', startedAt);
      return facts;
    } catch (error) {
      if (input.signal.aborted) throw reasonOf(input.signal);
      const { code } = asWeirError(error);
      const outcome = extraction.onError === 'open' ? 'unchecked' : 'refused';
      this.#metrics.checkFailures.inc({ check: NAME, code });
      this.#count(code === 'deadline_exceeded' ? 'timed_out' : 'failed', outcome, startedAt);
      if (outcome === 'unchecked') return NO_FACTS;
      throw new WeirError('guardrails_unavailable', 'The facts that a policy decides on cannot be found now.', {
        cause: error,
        retryAfterMs: 1_000,
        details: { check: NAME, cause: code },
      });
    }
  }

  onApplicationShutdown(): void {
    this.#guards.close();
  }

  async #ask(extraction: FactExtraction, input: CheckInput): Promise<Facts> {
    if (input.signal.aborted) throw reasonOf(input.signal);
    const { model, schema, deadlineMs } = extraction;
    const read = this.#readerOf(extraction);
    const messages = extractionPrompt(extraction, input);
    const permit = this.#guards.of(model, `${NAME}:${model}`).admit();
    if (permit instanceof WeirError) throw permit;
    const end = new CallEnd();
    const { principal, signal } = input;
    const answer = this.models
      .ask({ model, messages, schema, maxTokens: MAX_TOKENS, principal, signal: end.signal })
      .then(({ text }) => read(text));
    return follow({ permit, answer, end, signal, deadlineMs });
  }

  #readerOf(extraction: FactExtraction): FactReader {
    const known = this.#readers.get(extraction);
    if (known) return known;
    const reader = factReader(extraction.schema);
    this.#readers.set(extraction, reader);
    return reader;
  }

  #count(status: string, outcome: string, startedAt: number): void {
    this.#metrics.checkRuns.inc({ check: NAME, status, outcome });
    this.#metrics.checkDuration.observe({ check: NAME }, (this.source.monotonic() - startedAt) / 1_000);
  }
}
