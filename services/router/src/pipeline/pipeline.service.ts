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
import { TokenTextService } from '../guarding/token-text.service.js';
import { SettlementService } from '../recording/settlement.service.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { AnswerSink } from '../routing/attempt.js';
import { candidatesOf, isVisible } from '../routing/candidates.js';
import { EngineClient } from '../routing/engine.client.js';
import { GenerationService } from '../routing/generation.service.js';
import { abortError } from './abort.js';
import { collect } from './collect.js';
import { echoOf } from './echo.js';
import type { Caller, InferenceRequest } from './inference-request.js';
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
    private readonly tokenTexts: TokenTextService,
    private readonly inputGuard: InputGuardService,
    private readonly generation: GenerationService,
    private readonly engine: EngineClient,
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
   * send its last byte. Streams need a sink; complete answers and vectors are found in the run.
   */
  async execute(run: RequestRun, sink?: AnswerSink): Promise<void> {
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
      run.error = await this.outputGuard.guardError(run, asWeirError(error));
    }
    try {
      await this.settlement.settle(run);
    } finally {
      this.#metrics.inFlight.set((this.#inFlight -= 1));
    }
    if (run.error) throw run.error;
  }

  async #serve(run: RequestRun, sink: AnswerSink | undefined): Promise<void> {
    this.#resolve(run);
    await this.#admit(run);
    const input = await this.inputGuard.guard(run, await this.tokenTexts.read(run));
    run.clock.lap('guard_in');
    if (run.caller.signal.aborted) throw abortError(run.caller.signal);
    if (input.kind === 'refused') throw input.error;
    if (input.kind === 'answered') return answerInstead(run, input.text, sink);
    run.guarded = input.request;
    await (run.request.operation === 'embeddings' ? this.#embed(run) : this.#generate(run, input.request, sink));
  }

  #resolve(run: RequestRun): void {
    const { request, caller } = run;
    const route = this.snapshot.route(request.model);
    if (!route || !isVisible(route, caller.principal)) throw modelNotFound(request.model);
    run.route = route;
    run.projectPolicy = this.snapshot.project(caller.principal.projectId)?.policy ?? '';
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
    const need = worstCase(request, run.candidates);
    const admission = await this.admission.admit(caller.principal, need);
    run.windows = this.admission.windows(caller.principal);
    run.clock.lap('admit');
    if (!admission.admitted) throw admission.error;
    run.admitted = true;
    run.reservation = admission.reservation;
    if (!admission.reservation) run.degraded.add('billing');
    if (caller.signal.aborted) throw abortError(caller.signal);
  }

  async #generate(run: RequestRun, guarded: InferenceRequest, sink: AnswerSink | undefined): Promise<void> {
    if (sink) {
      return this.generation.generate(run, (attempt) =>
        this.outputGuard.guardStream(run, attempt, sink, echoOf(guarded, attempt.choice)),
      );
    }
    await this.generation.generate(run, collect);
    run.clock.lap('engine');
    await this.outputGuard.guardWhole(run);
  }

  async #embed(run: RequestRun): Promise<void> {
    await this.generation.onTarget(run, async (target) => {
      run.attempt(target);
      const embedded = await this.engine.embed(run, target, (run.guarded ?? run.request).prompts);
      refuseOtherLength(run.request.form.dimensions, embedded.vectors[0]?.length);
      run.embedded = embedded;
    });
    run.clock.lap('engine');
  }
}

/** The answer of the policy, which no model had a part in, as every other answer leaves. */
async function answerInstead(run: RequestRun, text: string, sink: AnswerSink | undefined): Promise<void> {
  run.answerInstead(text);
  if (!sink) return;
  run.committed = true;
  for (const { index } of run.choices) await sink.delta({ index, text });
}

function refuseOtherLength(wanted: number | undefined, length: number | undefined): void {
  if (wanted === undefined || wanted === length) return;
  throw new WeirError('unsupported_parameter', `The vectors of this model have ${length} dimensions.`, {
    param: 'dimensions',
  });
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
