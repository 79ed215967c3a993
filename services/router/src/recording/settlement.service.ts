import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { costOf } from '@weir/contracts';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { AdmissionService } from '../admission/admission.service.js';
import { inputTokenBound } from '../admission/amounts.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { routerMetrics } from '../router.metrics.js';
import { EngineClient } from '../routing/engine.client.js';
import { completedEvent } from './completed-event.js';
import { InferenceEvents } from './inference.events.js';
import { isRecorded } from './recording-rule.js';
import { RunMetrics } from './run-metrics.js';

/** Bytes that one token stands for on average in English text; only where nobody could count. */
const BYTES_PER_TOKEN = 4;

/** The one place where a request ends: exact use and money, the lease, the event, the metrics. Runs once per request. */
@Injectable()
export class SettlementService {
  readonly #metrics: Bound<typeof routerMetrics>;
  readonly #runMetrics: RunMetrics;

  constructor(
    private readonly admission: AdmissionService,
    private readonly engine: EngineClient,
    private readonly events: InferenceEvents,
    metrics: Metrics,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#metrics = metrics.bind(routerMetrics);
    this.#runMetrics = new RunMetrics(this.#metrics);
  }

  /** Never throws: a request that was served is not failed by its bookkeeping. */
  async settle(run: RequestRun): Promise<void> {
    run.clock.skip();
    await this.#completeUse(run);
    const { use, target, reservation, caller } = run;
    if (target) run.cost = costOf(target.price, use);
    if (reservation) {
      const tokens = use.inputTokens + use.outputTokens;
      this.admission.settle(caller.principal, reservation, { requests: 1, tokens, money: run.cost });
    }
    run.windows = this.admission.windows(caller.principal);
    run.endedAt = this.source.now();
    run.clock.lap('settle');
    if (isRecorded({ routeResolved: run.route !== undefined, refusedAs: run.admitted ? undefined : run.error?.code })) {
      run.receipt = await this.events.inferenceCompleted(completedEvent(run), caller.trace);
      run.clock.lap('record');
    }
    this.#runMetrics.observe(run);
    this.#logFailure(run);
  }

  /** Answers that were cut off before the engine told their input: the engine counts it, or it is estimated. */
  async #completeUse({ choices, target, guarded }: RequestRun): Promise<void> {
    if (!target || !guarded) return;
    const known = new Set(choices.filter(({ meter }) => meter.inputKnown).map(({ promptIndex }) => promptIndex));
    for (const { promptIndex, meter } of choices) {
      const prompt = guarded.prompts[promptIndex];
      if (!prompt || known.has(promptIndex) || !meter.inputUnknown) continue;
      known.add(promptIndex);
      const counted = await this.engine.countTokens(target, prompt);
      this.#metrics.usageEstimated.inc({ source: counted === undefined ? 'estimate' : 'tokenizer' });
      meter.setInput(counted ?? Math.ceil(inputTokenBound(prompt) / BYTES_PER_TOKEN));
    }
  }

  #logFailure({ error, caller, route }: RequestRun): void {
    if (!error || (error.code !== 'internal' && error.httpStatus < 500)) return;
    this.logger.warn(
      { code: error.code, err: error.cause, request_id: caller.requestId, route: route?.alias },
      'a request failed',
    );
  }
}
