import { Inject } from '@nestjs/common';
import { GrpcHandlers, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { Metrics, type Bound } from '@weir/telemetry';
import { CheckRunner } from '../external/check-runner.service.js';
import { GUARDRAILS_SETTINGS, type GuardrailsSettings } from '../guardrails.config.js';
import { guardrailsMetrics } from '../guardrails.metrics.js';
import { infoMessage } from '../policy/admin/policy-message.js';
import { PolicyStore } from '../policy/store/policy-store.service.js';
import type { CompiledPolicy } from '../policy/policy.js';
import { CheckService } from './check.service.js';
import { boundedContinuations, conversationOf } from './conversation.js';
import { DecisionRecorder, type RecordedDecision } from './decision-recorder.service.js';
import { requiredStage } from './stages.js';
import { StreamSession } from './stream/stream-session.js';
import { verdictMessage } from './verdict-wire.js';

const NOBODY = guardrailsV1.Subject.fromPartial({});
const NO_INPUT = { texts: [], context: [], facts: new Map<string, string>() };

@GrpcHandlers(guardrailsV1.GuardrailsServiceDefinition, {
  check: { services: ['router', 'evaluator', 'operator'], scope: 'admin' },
  filterStream: { services: ['router', 'evaluator', 'operator'], scope: 'admin' },
  listPolicies: { services: ['router', 'registry', 'operator'], scope: 'admin' },
})
export class GuardrailsGrpc {
  readonly #metrics: Bound<typeof guardrailsMetrics>;

  constructor(
    private readonly checks: CheckService,
    private readonly policies: PolicyStore,
    private readonly runner: CheckRunner,
    private readonly recorder: DecisionRecorder,
    @Inject(GUARDRAILS_SETTINGS) private readonly settings: GuardrailsSettings,
    @Inject(SOURCE) private readonly source: Source,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(guardrailsMetrics);
  }

  async check(request: guardrailsV1.CheckRequest, call: CallContext): Promise<guardrailsV1.CheckResponse> {
    const stage = requiredStage(request.stage);
    const subject = request.subject ?? NOBODY;
    const input = {
      texts: conversationOf(request.parts, stage),
      context: conversationOf(request.context, 'input'),
      facts: new Map(Object.entries(request.facts)),
    };
    const { decision, texts, state } = await this.checks.decide({
      ...input,
      policy: this.policies.resolve([request.policy, ...request.morePolicies]),
      stage,
      subject,
      state: request.state,
      approval: request.approval,
      signal: call.signal,
      principal: call.principal,
    });
    const parts = texts.map((text, index) => guardrailsV1.TextPart.fromPartial({ ...request.parts[index], text }));
    return { verdict: this.#settle({ decision, subject, input, trace: call.trace }), parts, state };
  }

  async *filterStream(
    requests: AsyncIterable<guardrailsV1.FilterStreamRequest>,
    call: CallContext,
  ): AsyncIterable<guardrailsV1.FilterStreamResponse> {
    let stream: StreamSession | undefined;
    let subject = NOBODY;
    let complete = false;
    let continuations: readonly string[] = [];
    try {
      for await (const { step } of requests) {
        if (step?.$case === 'open') {
          if (stream) throw new WeirError('invalid_request', 'The stream was opened twice.');
          subject = step.value.subject ?? NOBODY;
          stream = this.#open(step.value, call);
          continue;
        }
        if (!stream) throw new WeirError('invalid_request', 'The first message of a stream has to open it.');
        if (step?.$case === 'end') continuations = boundedContinuations(step.value.continuations);
        if (step?.$case !== 'chunk') break;
        const released = stream.push(step.value);
        const text = typeof released === 'string' ? released : await released;
        if (text) yield release({ ...step.value, text });
        if (stream.blocked) break;
      }
      if (!stream) throw new WeirError('invalid_request', 'The stream ended before it was opened.');
      for (const chunk of await stream.end(continuations)) if (chunk.text) yield release(chunk);
      complete = true;
      yield { step: { $case: 'verdict', value: this.#settleStream(stream, subject, call) } };
    } finally {
      if (!complete) this.#abandon(stream);
    }
  }

  async listPolicies(): Promise<guardrailsV1.ListPoliciesResponse> {
    return { policies: this.policies.list().map(infoMessage) };
  }

  #open(open: guardrailsV1.FilterOpen, call: CallContext): StreamSession {
    const stage = requiredStage(open.stage);
    const policy = this.policies.resolve([open.policy, ...open.morePolicies]);
    refuseAbove(open.maxHoldbackChars, policy);
    return new StreamSession({
      runner: this.runner,
      checks: this.checks,
      maxTextChars: this.settings.maxTextChars,
      random: () => this.source.random(),
      monotonic: () => this.source.monotonic(),
      open: {
        policy,
        stage,
        subject: open.subject ?? NOBODY,
        context: conversationOf(open.context, 'input'),
        facts: new Map(Object.entries(open.facts)),
        state: open.state,
        signal: call.signal,
        principal: call.principal,
      },
    });
  }

  #settleStream(stream: StreamSession, subject: guardrailsV1.Subject, { trace }: CallContext): guardrailsV1.Verdict {
    this.#metrics.heldBack.observe(stream.mostHeldBack);
    this.#metrics.streams.inc({ end: stream.blocked ? 'blocked' : 'complete' });
    const { spentUs: durationUs, mostHeldBack: heldBack } = stream;
    const decision = this.checks.settle(stream.verdict(), { durationUs, heldBack });
    return this.#settle({ decision, subject, input: NO_INPUT, trace });
  }

  #abandon(stream: StreamSession | undefined): void {
    stream?.drop();
    this.#metrics.streams.inc({ end: 'abandoned' });
  }

  #settle(recorded: RecordedDecision): guardrailsV1.Verdict {
    this.recorder.record(recorded);
    return verdictMessage(recorded.decision, this.checks.salt);
  }
}

function release(chunk: guardrailsV1.FilterChunk): guardrailsV1.FilterStreamResponse {
  return { step: { $case: 'release', value: chunk } };
}

/** A stream must not be held back longer than its route can bear, also when the policy changed after the route did. */
function refuseAbove(budget: number, policy: CompiledPolicy): void {
  if (budget === 0 || policy.maxHoldback <= budget) return;
  const most = Number.isFinite(policy.maxHoldback) ? `${policy.maxHoldback} characters` : 'the whole text';
  throw new WeirError(
    'failed_precondition',
    `The policy ${policy.versions.join(' + ')} may hold back ${most}; the route allows ${budget}.`,
    { param: 'policy' },
  );
}
