import { Inject, Injectable } from '@nestjs/common';
import { RegistrySnapshot, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError, WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { AdmissionService } from '../admission/admission.service.js';
import { worstCase } from '../admission/amounts.js';
import { PricesClient } from '../admission/prices.client.js';
import { InputGuardService } from '../guarding/input-guard.service.js';
import { OutputGuardService } from '../guarding/output-guard.service.js';
import { SettlementService } from '../recording/settlement.service.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { Attempt, TextSink } from '../routing/attempt.js';
import { candidatesOf, isVisible } from '../routing/candidates.js';
import { GenerationService } from '../routing/generation.service.js';
import { abortError } from './abort.js';
import type { Caller, InferenceRequest, Prompt } from './inference-request.js';
import { RequestRun } from './request-run.js';

/** The path of a request, the same for every door: resolve, admit, guard, generate, guard, settle, record. */
@Injectable()
export class PipelineService {
  readonly #metrics: Bound<typeof routerMetrics>;
  #inFlight = 0;

  constructor(
    private readonly snapshot: RegistrySnapshot,
    private readonly prices: PricesClient,
    private readonly admission: AdmissionService,
    private readonly inputGuard: InputGuardService,
    private readonly generation: GenerationService,
    private readonly outputGuard: OutputGuardService,
    private readonly settlement: SettlementService,
    metrics: Metrics,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(ROUTER_SETTINGS) private readonly settings: RouterSettings,
  ) {
    this.#metrics = metrics.bind(routerMetrics);
  }

  /** What the request is known by from now on, also when it fails. */
  begin(request: InferenceRequest, caller: Caller): RequestRun {
    return new RequestRun(request, caller, this.source);
  }

  /**
   * Runs a request to its end. When this resolves or throws, it is settled and its event is durable, so that the door may
   * send its last byte. Streams need a sink; complete answers are found in the run.
   */
  async execute(run: RequestRun, sink?: TextSink): Promise<void> {
    if (this.#inFlight >= this.settings.maxInFlight) {
      this.#metrics.refused.inc();
      throw new WeirError('overloaded', 'The router is at its limit of running requests.', {
        retryAfterMs: 1_000,
      });
    }
    this.#metrics.inFlight.set((this.#inFlight += 1));
    try {
      await this.#serve(run, sink);
    } catch (error) {
      run.error = asWeirError(error);
    }
    try {
      await this.settlement.settle(run);
    } finally {
      this.#metrics.inFlight.set((this.#inFlight -= 1));
    }
    if (run.error) throw run.error;
  }

  async #serve(run: RequestRun, sink: TextSink | undefined): Promise<void> {
    this.#resolve(run);
    await this.#admit(run);
    const input = await this.inputGuard.guard(run);
    run.clock.lap('guard_in');
    if (run.caller.signal.aborted) throw abortError(run.caller.signal);
    if (!input.passed) throw input.error;
    await this.#generate(run, input.prompt, sink);
  }

  #resolve(run: RequestRun): void {
    const { request, caller } = run;
    const route = this.snapshot.route(request.model);
    if (!route || !isVisible(route, caller.principal)) throw modelNotFound(request.model);
    run.route = route;
    const found = candidatesOf(route, {
      deployment: (id) => this.snapshot.deployment(id),
      priceOf: (model) => this.prices.priceOf(model),
    });
    if (found.kind === 'none_running') throw noneRunning();
    if (found.kind === 'none_priced') throw priceUnknown();
    run.candidates = found.candidates;
    run.clock.lap('resolve');
  }

  async #admit(run: RequestRun): Promise<void> {
    const { request, caller } = run;
    const need = worstCase(request.prompt, request.sampling.maxTokens, run.candidates);
    const admission = await this.admission.admit(caller.principal, need);
    run.windows = this.admission.windows(caller.principal);
    run.clock.lap('admit');
    if (!admission.admitted) throw admission.error;
    run.admitted = true;
    run.reservation = admission.reservation;
    if (!admission.reservation) run.degraded.add('billing');
    if (caller.signal.aborted) throw abortError(caller.signal);
  }

  async #generate(run: RequestRun, prompt: Prompt, sink: TextSink | undefined): Promise<void> {
    run.guardedPrompt = prompt;
    if (sink) {
      const stream = (attempt: Attempt) => this.outputGuard.guardStream(run, attempt, sink);
      return this.generation.generate(run, prompt, stream);
    }
    await this.generation.generate(run, prompt, (attempt) => collect(run, attempt));
    await this.outputGuard.guardWhole(run);
  }
}

async function collect(run: RequestRun, attempt: Attempt): Promise<void> {
  for await (const text of attempt.texts) run.text += text;
  run.clock.lap('engine');
}

function modelNotFound(model: string): WeirError {
  const message = `The model '${model}' does not exist or you do not have access to it.`;
  return new WeirError('model_not_found', message, { param: 'model' });
}

function noneRunning(): WeirError {
  return new WeirError('engine_unavailable', 'No target of this model is meant to run now.', { retryAfterMs: 5_000 });
}

function priceUnknown(): WeirError {
  return new WeirError('price_unknown', 'This model has no price in force, and nothing is served without one.');
}
