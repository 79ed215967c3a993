import { Inject, Injectable } from '@nestjs/common';
import { asWeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import type { RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { Attempt, TextSink } from '../routing/attempt.js';
import { GuardedStream } from './guarded-stream.js';
import { GuardrailsClient } from './guardrails.client.js';

const ANSWER_PATH = 'choices.0.message.content';

/** Lets only decided text out: complete answers after one check, streams as guardrails releases them. */
@Injectable()
export class OutputGuardService {
  readonly #guardrails: GuardrailsClient;
  readonly #metrics: Bound<typeof routerMetrics>;
  readonly #timeoutMs: number;

  constructor(guardrails: GuardrailsClient, metrics: Metrics, @Inject(ROUTER_SETTINGS) settings: RouterSettings) {
    this.#guardrails = guardrails;
    this.#metrics = metrics.bind(routerMetrics);
    this.#timeoutMs = settings.guardTimeoutMs;
  }

  /** Decides on the complete text of the run and leaves there what may be shown. */
  async guardWhole(run: RequestRun): Promise<void> {
    if (run.text === '') return;
    try {
      const { verdict, texts } = await this.#guardrails.check(run, 'output', [{ path: ANSWER_PATH, text: run.text }]);
      run.verdicts.push(verdict);
      if (verdict.action === 'block') cutOff(run);
      else if (verdict.action === 'mask') run.text = texts[0] ?? '';
    } catch (error) {
      const failure = asWeirError(error);
      if (failure.code !== 'guardrails_unavailable' || !mayPass(run)) throw failure;
      this.#degrade(run);
    } finally {
      run.clock.lap('guard_out');
    }
  }

  /** Hands released text to the sink while the engine generates. Ends when the answer is complete or was cut off. */
  async guardStream(run: RequestRun, attempt: Attempt, sink: TextSink): Promise<void> {
    const stream = new GuardedStream({
      run,
      attempt,
      sink,
      filter: (texts, signal) => this.#guardrails.filter(run, texts, { signal }),
      timeoutMs: this.#timeoutMs,
      open: mayPass(run),
    });
    const end = await stream.run();
    run.clock.lap('engine');
    run.clock.add('guard_out', run.verdict('output')?.durationMs ?? 0);
    if (end === 'blocked') cutOff(run);
    if (end === 'unguarded') this.#degrade(run);
  }

  #degrade(run: RequestRun): void {
    if (run.degraded.has('guardrails')) return;
    run.degraded.add('guardrails');
    this.#metrics.degraded.inc({ control: 'guardrails' });
  }
}

function mayPass(run: RequestRun): boolean {
  return run.route?.on_guardrails_error === 'open';
}

function cutOff(run: RequestRun): void {
  run.text = '';
  run.cutReason = 'guardrail';
  run.finishReason = 'content_filter';
}
