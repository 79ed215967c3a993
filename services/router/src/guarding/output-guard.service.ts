import { Inject, Injectable } from '@nestjs/common';
import { asWeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import type { ChoiceRun } from '../pipeline/choice-run.js';
import { brokeJson, type PromptText } from '../pipeline/prompt-texts.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { AnswerSink, Attempt, PlacedToolCall } from '../routing/attempt.js';
import { GuardedStream } from './guarded-stream.js';
import { GuardrailsClient } from './guardrails.client.js';

type Decided =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'masked'; readonly texts: readonly string[] }
  | { readonly kind: 'blocked' };

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

  /** Decides on each complete answer of the run and leaves there what may be shown. */
  async guardWhole(run: RequestRun): Promise<void> {
    await Promise.all(run.choices.map((choice) => this.#guardChoice(run, choice)));
  }

  /** Hands released text to the sink while the engine generates. Ends when the answer is complete or was cut off. */
  async guardStream(run: RequestRun, attempt: Attempt, sink: AnswerSink, echo: string): Promise<void> {
    const stream = new GuardedStream({
      run,
      attempt,
      sink,
      filter: (texts, signal) => this.#guardrails.filter(run, texts, { signal }),
      checkCall: (call) => this.#checkCall(run, attempt.choice, call),
      timeoutMs: this.#timeoutMs,
      open: mayPass(run),
      echo,
    });
    const end = await stream.run();
    run.clock.lap('engine');
    run.clock.add('guard_out', stream.guardMs);
    if (end === 'blocked') attempt.choice.cutByGuardrail();
    if (end === 'unguarded') this.#degrade(run);
  }

  async #guardChoice(run: RequestRun, choice: ChoiceRun): Promise<void> {
    const parts = partsOf(run, choice);
    if (parts.length === 0) return;
    const decided = await this.#decide(run, parts).finally(() => run.clock.lap('guard_out'));
    if (decided.kind === 'blocked') return choice.cutByGuardrail();
    if (decided.kind === 'unchanged') return;
    const texts = [...decided.texts];
    if (choice.text) choice.text = texts.shift() ?? '';
    choice.toolCalls = choice.toolCalls.map((call, index) => ({ ...call, arguments: texts[index] ?? '' }));
    choice.logprobs = undefined;
  }

  async #checkCall(run: RequestRun, choice: ChoiceRun, call: PlacedToolCall): Promise<PlacedToolCall | undefined> {
    const decided = await this.#decide(run, [callPart(choice, call.index, call.arguments)]);
    run.clock.add('guard_out', run.verdicts.at(-1)?.durationMs ?? 0);
    if (decided.kind === 'blocked') return undefined;
    return decided.kind === 'unchanged' ? call : { ...call, arguments: decided.texts[0] ?? '' };
  }

  /** Arguments that are JSON no more after a value was masked are as good as blocked: no client could read them. */
  async #decide(run: RequestRun, parts: readonly PromptText[]): Promise<Decided> {
    try {
      const { verdict, texts } = await this.#guardrails.check(run, 'output', parts);
      run.verdicts.push(verdict);
      if (verdict.action === 'block') return { kind: 'blocked' };
      if (verdict.action !== 'mask') return { kind: 'unchanged' };
      const broken = parts.some((part, index) => brokeJson(part, texts[index] ?? ''));
      return broken ? { kind: 'blocked' } : { kind: 'masked', texts };
    } catch (error) {
      const failure = asWeirError(error);
      if (failure.code !== 'guardrails_unavailable' || !mayPass(run)) throw failure;
      this.#degrade(run);
      return { kind: 'unchanged' };
    }
  }

  #degrade(run: RequestRun): void {
    if (run.degraded.has('guardrails')) return;
    run.degraded.add('guardrails');
    this.#metrics.degraded.inc({ control: 'guardrails' });
  }
}

function partsOf({ request }: RequestRun, choice: ChoiceRun): PromptText[] {
  const field = request.operation === 'chat' ? 'message.content' : 'text';
  const text = choice.text ? [{ path: `choices.${choice.index}.${field}`, text: choice.text }] : [];
  return [...text, ...choice.toolCalls.map((call, index) => callPart(choice, index, call.arguments))];
}

function callPart(choice: ChoiceRun, index: number, text: string): PromptText {
  return { path: `choices.${choice.index}.message.tool_calls.${index}.function.arguments`, text, json: true };
}

function mayPass(run: RequestRun): boolean {
  return run.route?.on_guardrails_error === 'open';
}
