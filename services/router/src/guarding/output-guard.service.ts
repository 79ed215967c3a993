import { Inject, Injectable } from '@nestjs/common';
import { asWeirError, WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import type { ChoiceRun } from '../pipeline/choice-run.js';
import type { ToolCall } from '../pipeline/inference-request.js';
import { brokeJson, textOfCall, type PromptText } from '../pipeline/prompt-texts.js';
import { isHeld, type RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { AnswerSink, Attempt, PlacedToolCall } from '../routing/attempt.js';
import { GuardrailsClient } from './guardrails.client.js';
import { groupsOf, type PolicyGroup } from './route-policies.js';
import { GuardedStream } from './stream/guarded-stream.js';
import { logprobRules, spelledLogprobs } from './stream/logprob-release.js';
import { markUnchecked, mayPassUnchecked } from './unchecked-pass.js';

/** `texts`: as they may be shown, in order. `durationMs`: of the decisions themselves. */
type Decided =
  | { readonly kind: 'passed'; readonly texts: readonly string[]; readonly durationMs: number }
  | { readonly kind: 'blocked'; readonly message: string; readonly durationMs: number };

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
    if (run.caller.isJudge) return;
    await Promise.all(run.choices.map((choice) => this.#guardChoice(run, choice)));
  }

  /** Hands released text to the sink while the engine generates. Ends when the answer is complete or was cut off. */
  async guardStream(run: RequestRun, attempt: Attempt, sink: AnswerSink, echo: string): Promise<void> {
    const seen = run.verdicts.length;
    const stream = new GuardedStream({
      run,
      attempt,
      sink,
      filter: (stage, texts, signal) => {
        const continuations = () => attempt.choice.continuations(run.request.sampling);
        return this.#guardrails.filter(run, { stage, texts, continuations }, { signal });
      },
      checkCall: (call) => this.#checkCall(run, attempt.choice, call),
      timeoutMs: this.#timeoutMs,
      mayPass: run.route?.on_guardrails_error === 'open' ? (failure) => mayPassUnchecked(run, failure) : undefined,
      echo,
    });
    const end = await stream.run();
    run.clock.lap('engine');
    run.clock.add('guard_out', stream.guardMs);
    if (end === 'blocked') attempt.choice.cutByGuardrail();
    const isIncomplete = run.verdicts.slice(seen).some(({ incomplete }) => incomplete);
    if (end === 'unguarded' || isIncomplete) markUnchecked(run, this.#metrics);
  }

  /** The error as it may be shown: what an upstream says of a request is a text of its own like any answer. */
  async guardError(run: RequestRun, error: WeirError): Promise<WeirError> {
    const status = error.details.upstream_status;
    if (status === undefined || run.caller.isJudge) return error;
    const part = { path: 'error.message', text: error.message, stage: 'output', role: 'assistant' } as const;
    const decided = await this.#decide(run, [part]).catch(() => undefined);
    const shown = decided?.kind === 'passed' ? decided.texts[0] : undefined;
    if (shown === error.message) return error;
    const { code, param, details, retryAfterMs } = error;
    return new WeirError(code, shown ?? `The upstream answered ${status}.`, { param, details, retryAfterMs });
  }

  async #guardChoice(run: RequestRun, choice: ChoiceRun): Promise<void> {
    if (isForbiddenCall(run, choice)) return choice.cutByGuardrail();
    choice.logprobs = spelledLogprobs(choice.text, choice.logprobs, logprobRules(run));
    const parts = partsOf(run, choice);
    if (parts.length === 0) return;
    const decided = await this.#decide(run, parts).finally(() => run.clock.lap('guard_out'));
    if (decided.kind === 'blocked') return choice.cutByGuardrail(decided.message);
    if (parts.every(({ text }, index) => text === decided.texts[index])) return;
    const next = inOrder(decided.texts);
    if (choice.reasoning) choice.reasoning = next();
    if (choice.text) choice.text = next();
    choice.toolCalls = choice.toolCalls.map((call) => decidedCall(run, call, next));
    choice.logprobs = undefined;
  }

  async #checkCall(run: RequestRun, choice: ChoiceRun, call: PlacedToolCall): Promise<PlacedToolCall | undefined> {
    if (run.guardState?.downgraded) return undefined;
    const decided = await this.#decide(run, partsOfCall(run, choice, call.index, call));
    run.clock.add('guard_out', decided.durationMs);
    return decided.kind === 'blocked' ? undefined : decidedCall(run, call, inOrder(decided.texts));
  }

  async #decide(run: RequestRun, parts: readonly PromptText[]): Promise<Decided> {
    const decisions = await Promise.all(groupsOf(run.route, parts).map((group) => this.#decideGroup(run, group)));
    const durationMs = Math.max(...decisions.map((decided) => decided.durationMs));
    const texts = parts.map(({ text }) => text);
    for (const { group, ...decided } of decisions) {
      if (decided.kind === 'blocked') return { ...decided, durationMs };
      group.places.forEach((place, index) => (texts[place] = decided.texts[index] ?? ''));
    }
    return { kind: 'passed', texts, durationMs };
  }

  /** Arguments that are JSON no more after a value was changed are as good as blocked: no client could read them. */
  async #decideGroup(run: RequestRun, group: PolicyGroup): Promise<Decided & { readonly group: PolicyGroup }> {
    const { parts } = group;
    try {
      const { verdict, texts } = await this.#guardrails.check(run, 'output', group);
      const { durationMs, message } = verdict;
      run.verdicts.push(verdict);
      if (verdict.incomplete) markUnchecked(run, this.#metrics);
      const broken = parts.some((part, index) => brokeJson(part, texts[index] ?? ''));
      if (isHeld(verdict.action) || broken) return { kind: 'blocked', message, durationMs, group };
      return { kind: 'passed', texts, durationMs, group };
    } catch (error) {
      const failure = asWeirError(error);
      if (!mayPassUnchecked(run, failure)) throw failure;
      markUnchecked(run, this.#metrics);
      return { kind: 'passed', texts: parts.map(({ text }) => text), durationMs: 0, group };
    }
  }
}

/** A model that calls tools although the request has none any more. */
function isForbiddenCall({ guardState }: RequestRun, { toolCalls }: ChoiceRun): boolean {
  return guardState?.downgraded === true && toolCalls.length > 0;
}

function partsOf(run: RequestRun, choice: ChoiceRun): PromptText[] {
  const { index, text, reasoning, toolCalls } = choice;
  const path = `choices.${index}`;
  const written = { role: 'assistant', continuations: choice.continuations(run.request.sampling) } as const;
  const parts: PromptText[] = [];
  if (reasoning) {
    parts.push({ path: `${path}.message.reasoning_content`, text: reasoning, stage: 'reasoning', ...written });
  }
  const field = run.request.operation === 'chat' ? 'message.content' : 'text';
  if (text) parts.push({ path: `${path}.${field}`, text, stage: 'output', ...written });
  return [...parts, ...toolCalls.flatMap((call, place) => partsOfCall(run, choice, place, call))];
}

/** The arguments, and before them a name that the model made up: those of offered tools are known. */
function partsOfCall(run: RequestRun, choice: ChoiceRun, place: number, call: ToolCall): PromptText[] {
  const path = `choices.${choice.index}.message.tool_calls.${place}`;
  const written = { ...textOfCall(call, path), continuations: choice.continuations(run.request.sampling) };
  if (isOffered(run, call)) return [written];
  return [{ path: `${path}.function.name`, text: call.name, stage: 'tool_call', role: 'assistant' }, written];
}

/** The call with its texts as they may be shown, in the order of `partsOfCall`. */
function decidedCall<Call extends ToolCall>(run: RequestRun, call: Call, next: () => string): Call {
  const name = isOffered(run, call) ? call.name : next();
  return { ...call, name, arguments: next() };
}

function isOffered({ guarded, request }: RequestRun, { name }: ToolCall): boolean {
  return (guarded ?? request).form.tools.some((tool) => tool.name === name);
}

function inOrder(texts: readonly string[]): () => string {
  const rest = texts[Symbol.iterator]();
  return () => rest.next().value ?? '';
}
