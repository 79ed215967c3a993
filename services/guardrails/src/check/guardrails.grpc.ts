import { Inject } from '@nestjs/common';
import { GrpcHandlers, LOGGER, PROCESS_SETTINGS } from '@weir/bootstrap';
import { guardrailsV1 } from '@weir/contracts';
import type { ProcessSettings } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { GuardrailsEvents } from '../guardrails.events.js';
import { guardrailsMetrics } from '../guardrails.metrics.js';
import { PolicyStore } from '../policy/policy-store.service.js';
import { CheckService, type StreamCheck } from './check.service.js';
import { actionOf, stageOf, verdictMessage, type Decision, type Stage } from './decision.js';

const NOBODY = guardrailsV1.Subject.fromPartial({});

@GrpcHandlers(guardrailsV1.GuardrailsServiceDefinition, {
  check: { services: ['router', 'evaluator', 'operator'], scope: 'admin' },
  filterStream: { services: ['router', 'evaluator', 'operator'], scope: 'admin' },
  listPolicies: { services: ['router', 'registry', 'operator'], scope: 'admin' },
})
export class GuardrailsGrpc {
  readonly #metrics: Bound<typeof guardrailsMetrics>;
  readonly #salt: string;

  constructor(
    private readonly checks: CheckService,
    private readonly policies: PolicyStore,
    private readonly events: GuardrailsEvents,
    @Inject(PROCESS_SETTINGS) settings: ProcessSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(guardrailsMetrics);
    this.#salt = `guardrails:${settings.keyPepper}`;
  }

  async check(request: guardrailsV1.CheckRequest, call: CallContext): Promise<guardrailsV1.CheckResponse> {
    const { decision, parts } = this.checks.check(request.policy, required(request.stage), request.parts);
    return { verdict: this.#settle(decision, request.subject ?? NOBODY, call), parts: [...parts] };
  }

  async *filterStream(
    requests: AsyncIterable<guardrailsV1.FilterStreamRequest>,
    call: CallContext,
  ): AsyncIterable<guardrailsV1.FilterStreamResponse> {
    let stream: StreamCheck | undefined;
    let subject = NOBODY;
    for await (const { step } of requests) {
      if (step?.$case === 'open') {
        if (stream) throw new WeirError('invalid_request', 'The stream was opened twice.');
        subject = step.value.subject ?? NOBODY;
        stream = this.checks.openStream(step.value.policy, required(step.value.stage));
        continue;
      }
      if (!stream) throw new WeirError('invalid_request', 'The first message of a stream has to open it.');
      if (step?.$case !== 'chunk') break;
      const text = stream.push(step.value);
      if (text) yield release(step.value.choiceIndex, text);
      if (stream.blocked) break;
    }
    if (!stream) throw new WeirError('invalid_request', 'The stream ended before it was opened.');
    for (const { choiceIndex, text } of stream.end()) if (text) yield release(choiceIndex, text);
    this.#metrics.heldBack.observe(stream.mostHeldBack);
    this.#metrics.streams.inc({ end: stream.blocked ? 'blocked' : 'complete' });
    yield { step: { $case: 'verdict', value: this.#settle(stream.decide(), subject, call) } };
  }

  async listPolicies(): Promise<guardrailsV1.ListPoliciesResponse> {
    const policies = this.policies.list().map((policy) => ({
      name: policy.name,
      version: policy.version,
      maxHoldbackChars: policy.maxHoldback,
      detectors: policy.detectors.map((detector) => detector.id),
    }));
    return { policies };
  }

  /** Counts the decision and publishes its event, for which nobody waits. */
  #settle(decision: Decision, subject: guardrailsV1.Subject, call: CallContext): guardrailsV1.Verdict {
    const { policy, stage, findings, durationUs } = decision;
    this.#metrics.decisions.inc({ policy: policy.name, stage, action: actionOf(findings) });
    this.#metrics.duration.observe({ stage }, durationUs / 1e6);
    for (const { match, action } of findings) this.#metrics.findings.inc({ detector: match.detector.id, action });
    this.events
      .guardrailVerdict(decision, subject, this.#salt, call.trace)
      .catch((error: unknown) =>
        this.logger.error({ err: error, verdict: decision.id }, 'a verdict event was refused'),
      );
    return verdictMessage(decision, this.#salt);
  }
}

function release(choiceIndex: number, text: string): guardrailsV1.FilterStreamResponse {
  return { step: { $case: 'release', value: { choiceIndex, text } } };
}

function required(stage: guardrailsV1.Stage): Stage {
  const known = stageOf(stage);
  if (known) return known;
  throw new WeirError('invalid_request', 'The stage is missing or unknown.', { param: 'stage' });
}
