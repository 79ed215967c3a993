import { Inject, Injectable } from '@nestjs/common';
import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { RpcClients, type CallOptions, type Client } from '@weir/grpc';
import { abortError } from '../pipeline/abort.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import type { PromptText } from '../pipeline/prompt-texts.js';
import type { RequestRun, VerdictFacts } from '../pipeline/request-run.js';
import { callOptionsOf } from '../pipeline/call-options.js';

export type GuardStage = VerdictFacts['stage'];

export interface Checked {
  readonly verdict: VerdictFacts;
  /** The texts as they may go on, in order; empty when blocked. */
  readonly texts: readonly string[];
}

export type FilterStep =
  { readonly kind: 'release'; readonly text: string } | { readonly kind: 'verdict'; readonly verdict: VerdictFacts };

const STAGES = { input: guardrailsV1.Stage.STAGE_INPUT, output: guardrailsV1.Stage.STAGE_OUTPUT } as const;

/** Calls to guardrails in the words of the pipeline. Every failure is `guardrails_unavailable`. */
@Injectable()
export class GuardrailsClient {
  readonly #guardrails: Client<typeof guardrailsV1.GuardrailsServiceDefinition>;
  readonly #timeoutMs: number;

  constructor(clients: RpcClients, @Inject(ROUTER_SETTINGS) settings: RouterSettings) {
    this.#guardrails = clients.client('guardrails', guardrailsV1.GuardrailsServiceDefinition);
    this.#timeoutMs = settings.guardTimeoutMs;
  }

  async check(run: RequestRun, stage: GuardStage, parts: readonly PromptText[]): Promise<Checked> {
    try {
      const request = { ...subjectOf(run, stage), parts: parts.map(({ path, text }) => ({ path, text })) };
      const options = { ...callOptionsOf(run), timeoutMs: this.#timeoutMs };
      const response = await this.#guardrails.check(request, options);
      const verdict = factsOf(response.verdict, stage);
      const texts = response.parts.map((part) => part.text);
      if (verdict.action !== 'block' && texts.length !== parts.length) throw malformed();
      return { verdict, texts };
    } catch (error) {
      throw unavailable(error, run);
    }
  }

  /** Filters text as it comes. Ends with a verdict, or throws. */
  async *filter(
    run: RequestRun,
    texts: AsyncIterable<string>,
    options: Pick<CallOptions, 'signal'>,
  ): AsyncGenerator<FilterStep, void, undefined> {
    let decided = false;
    try {
      const answers = this.#guardrails.filterStream(stepsOf(run, texts), { ...callOptionsOf(run), ...options });
      for await (const { step } of answers) {
        if (step?.$case === 'release') yield { kind: 'release', text: step.value.text };
        if (step?.$case !== 'verdict') continue;
        decided = true;
        yield { kind: 'verdict', verdict: factsOf(step.value, 'output') };
      }
    } catch (error) {
      throw unavailable(error, run);
    }
    if (!decided) throw unavailable(malformed(), run);
  }
}

async function* stepsOf(
  run: RequestRun,
  texts: AsyncIterable<string>,
): AsyncGenerator<guardrailsV1.FilterStreamRequest, void, undefined> {
  yield { step: { $case: 'open', value: subjectOf(run, 'output') } };
  for await (const text of texts) yield { step: { $case: 'chunk', value: { choiceIndex: 0, text } } };
  yield { step: { $case: 'end', value: {} } };
}

function subjectOf({ request, caller, route }: RequestRun, stage: GuardStage) {
  const { organizationId, projectId, apiKeyId } = caller.principal;
  return {
    policy: route?.policy || 'default',
    stage: STAGES[stage],
    subject: { requestId: caller.requestId, organizationId, projectId, apiKeyId, model: request.model },
  };
}

const ACTIONS: Partial<Record<guardrailsV1.Action, VerdictFacts['action']>> = {
  [guardrailsV1.Action.ACTION_ALLOW]: 'allow',
  [guardrailsV1.Action.ACTION_FLAG]: 'flag',
  [guardrailsV1.Action.ACTION_MASK]: 'mask',
  [guardrailsV1.Action.ACTION_BLOCK]: 'block',
};

function factsOf(verdict: guardrailsV1.Verdict | undefined, stage: GuardStage): VerdictFacts {
  const action = verdict && ACTIONS[verdict.action];
  if (!action) throw malformed();
  const detectors = [...new Set(verdict.findings.map((finding) => finding.detector))];
  return { id: verdict.id, stage, action, detectors, durationMs: verdict.durationUs / 1000 };
}

function malformed(): WeirError {
  return new WeirError('internal', 'Guardrails answered without a decision.');
}

/** A client that left or a deadline that passed is not the fault of guardrails. */
function unavailable(cause: unknown, run: RequestRun): WeirError {
  if (run.caller.signal.aborted) return abortError(run.caller.signal);
  if (run.pastDeadline) return new WeirError('deadline_exceeded', 'The answer took too long.', { cause });
  return new WeirError('guardrails_unavailable', 'The policy of this model cannot be checked now.', {
    cause,
    retryAfterMs: 1_000,
  });
}
