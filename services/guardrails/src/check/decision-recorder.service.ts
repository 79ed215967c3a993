import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import type { guardrailsV1 } from '@weir/contracts';
import { Metrics, type Bound, type Logger, type TraceContext } from '@weir/telemetry';
import { GuardrailsEvents } from '../guardrails.events.js';
import { guardrailsMetrics } from '../guardrails.metrics.js';
import { ContentRecorder } from '../replay/content-recorder.service.js';
import type { RecordedText } from '../replay/redecide.js';
import type { DecisionRequest } from './check.service.js';
import type { ConversationPart } from './conversation.js';
import type { Decision } from './decision.js';

export type DecidedInput = Pick<DecisionRequest, 'texts' | 'context' | 'facts'>;

export interface RecordedDecision {
  readonly decision: Decision;
  readonly subject: guardrailsV1.Subject;
  /** What was decided on; kept only for projects that want that. */
  readonly input: DecidedInput;
  readonly trace: TraceContext | undefined;
}

/** Counts decisions and publishes their events, for which no request waits. */
@Injectable()
export class DecisionRecorder {
  readonly #metrics: Bound<typeof guardrailsMetrics>;

  constructor(
    private readonly events: GuardrailsEvents,
    private readonly content: ContentRecorder,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(guardrailsMetrics);
  }

  record({ decision, subject, input, trace }: RecordedDecision): void {
    this.#count(decision);
    const published = this.events.guardrailVerdict(decision, subject, trace);
    published.catch((error: unknown) => this.#refused(error, decision));
    if (input.texts.length > 0 && this.content.keeps(subject.projectId))
      this.#keep({ decision, subject, input, trace });
  }

  #count({ policy, stage, action, findings, passedUnchecked, durationUs }: Decision): void {
    this.#metrics.decisions.inc({ policy: policy.name, stage, action });
    this.#metrics.duration.observe({ stage }, durationUs / 1e6);
    for (const { detector, action: own } of findings) this.#metrics.findings.inc({ detector, action: own });
    for (const check of passedUnchecked) this.#metrics.passedUnchecked.inc({ check });
  }

  #keep({ decision, subject, input, trace }: RecordedDecision): void {
    const { id, policy, stage, decidedAt } = decision;
    const about = {
      verdict_id: id,
      request_id: subject.requestId,
      organization_id: subject.organizationId,
      project_id: subject.projectId,
      policies: [...policy.versions],
      stage,
      decided_at: decidedAt,
    };
    const texts = input.texts.map(recordedText);
    const context = input.context.map(recordedText);
    const facts = Object.fromEntries(input.facts);
    void this.content.record(about, { model: subject.model, texts, context, facts }, trace);
  }

  #refused(error: unknown, { id }: Decision): void {
    this.logger.error({ err: error, verdict: id }, 'a verdict event was refused');
  }
}

function recordedText({ path, role, stage, text, tool, json, continuations }: ConversationPart): RecordedText {
  return { path, role, stage, text, tool, json, ...(continuations.length > 0 ? { continuations } : {}) };
}
