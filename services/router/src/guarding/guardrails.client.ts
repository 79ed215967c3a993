import { Inject, Injectable } from '@nestjs/common';
import { guardrailsV1 } from '@weir/contracts';
import { asWeirError, WeirError, type ErrorCode } from '@weir/errors';
import { RpcClients, type CallOptions, type Client } from '@weir/grpc';
import { abortError } from '../pipeline/abort.js';
import { callOptionsOf } from '../pipeline/call-options.js';
import { textsOf, type GuardStage, type PromptText } from '../pipeline/prompt-texts.js';
import { isHeld, type RequestRun, type VerdictFacts } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { aboutRun, factsOf, malformed, wirePart, wireStage } from './guard-wire.js';
import { policyOf, type PolicyGroup } from './route-policies.js';
import { DECIDED_CLOSED } from './unchecked-pass.js';

export interface Checked {
  readonly verdict: VerdictFacts;
  /** The texts as they may go on, in order; empty when they may not. */
  readonly texts: readonly string[];
  /** What the next decision on the same request has to know. */
  readonly state: guardrailsV1.RequestState | undefined;
}

export type FilterStep =
  { readonly kind: 'release'; readonly text: string } | { readonly kind: 'verdict'; readonly verdict: VerdictFacts };

/** A text that is filtered as it comes. */
export interface FilteredTexts {
  readonly stage: GuardStage;
  readonly texts: AsyncIterable<string>;
  /** How the model may have gone on where it was cut off; asked when no more text comes. */
  readonly continuations: () => readonly string[];
}

/** What guardrails says about a request or its policy, which trying without guardrails would not answer. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['failed_precondition', 'invalid_request', 'payload_too_large']);

const NO_STAGES: ReadonlyMap<string, GuardStage> = new Map();

/** Calls to guardrails in the words of the pipeline. Every outage is `guardrails_unavailable`. */
@Injectable()
export class GuardrailsClient {
  readonly #guardrails: Client<typeof guardrailsV1.GuardrailsServiceDefinition>;
  readonly #timeoutMs: number;

  constructor(clients: RpcClients, @Inject(ROUTER_SETTINGS) settings: RouterSettings) {
    this.#guardrails = clients.client('guardrails', guardrailsV1.GuardrailsServiceDefinition);
    this.#timeoutMs = settings.guardTimeoutMs;
  }

  /** Decides on complete texts. `side`: of the model. */
  async check(run: RequestRun, side: VerdictFacts['stage'], { policy, parts }: PolicyGroup): Promise<Checked> {
    try {
      const request = {
        ...aboutRun(run, policy),
        stage: wireStage(stageOfCheck(side, parts)),
        parts: parts.map(wirePart),
        context: side === 'output' ? contextOf(run) : [],
        approval: run.caller.approval,
      };
      const options = { ...callOptionsOf(run), timeoutMs: this.#timeoutMs };
      const response = await this.#guardrails.check(request, options);
      const verdict = factsOf(response.verdict, side, new Map(parts.map(({ path, stage }) => [path, stage])));
      const texts = response.parts.map((part) => part.text);
      if (!isHeld(verdict.action) && texts.length !== parts.length) throw malformed();
      return { verdict, texts, state: response.state };
    } catch (error) {
      throw failureOf(error, run);
    }
  }

  /** Filters text as it comes, each stage of an answer on its own. Ends with a verdict, or throws. */
  async *filter(
    run: RequestRun,
    text: FilteredTexts,
    options: Pick<CallOptions, 'signal'>,
  ): AsyncGenerator<FilterStep, void, undefined> {
    let decided = false;
    try {
      const answers = this.#guardrails.filterStream(stepsOf(run, text), { ...callOptionsOf(run), ...options });
      for await (const { step } of answers) {
        if (step?.$case === 'release') yield { kind: 'release', text: step.value.text };
        if (step?.$case !== 'verdict') continue;
        decided = true;
        yield { kind: 'verdict', verdict: factsOf(step.value, 'output', NO_STAGES) };
      }
    } catch (error) {
      throw failureOf(error, run);
    }
    if (!decided) throw failureOf(malformed(), run);
  }
}

async function* stepsOf(
  run: RequestRun,
  { stage, texts, continuations }: FilteredTexts,
): AsyncGenerator<guardrailsV1.FilterStreamRequest, void, undefined> {
  const open = guardrailsV1.FilterOpen.fromPartial({
    ...aboutRun(run, policyOf(run.route, stage)),
    stage: wireStage(stage),
    context: contextOf(run),
    maxHoldbackChars: run.route?.max_holdback_chars ?? 0,
  });
  yield { step: { $case: 'open', value: open } };
  const own = guardrailsV1.Stage.STAGE_UNSPECIFIED;
  for await (const text of texts) yield { step: { $case: 'chunk', value: { choiceIndex: 0, text, stage: own } } };
  yield { step: { $case: 'end', value: { continuations: [...continuations()] } } };
}

/** Before the model everything is input; behind it calls and thoughts are told from the answer where they come alone. */
function stageOfCheck(side: VerdictFacts['stage'], parts: readonly PromptText[]): GuardStage {
  const stages = new Set(parts.map(({ stage }) => stage));
  const [only] = stages;
  return side === 'output' && only && stages.size === 1 ? only : side;
}

/** What an answer is an answer to, for policies that want to read it. */
function contextOf({ guardState, guarded }: RequestRun): guardrailsV1.TextPart[] {
  return guardState?.needsContext && guarded ? textsOf(guarded).map(wirePart) : [];
}

/** A client that left or a deadline that passed is not the fault of guardrails. */
function failureOf(error: unknown, run: RequestRun): WeirError {
  if (run.caller.signal.aborted) return abortError(run.caller.signal);
  if (run.pastDeadline) return new WeirError('deadline_exceeded', 'The answer took too long.', { cause: error });
  const failure = asWeirError(error);
  if (REFUSALS.has(failure.code)) return failure;
  const closed = failure.code === 'guardrails_unavailable';
  return new WeirError('guardrails_unavailable', 'The policy of this model cannot be checked now.', {
    cause: error,
    retryAfterMs: 1_000,
    ...(closed ? { details: { [DECIDED_CLOSED]: true } } : {}),
  });
}
