import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, PROCESS_SETTINGS, RegistrySnapshot } from '@weir/bootstrap';
import type { ProcessSettings } from '@weir/config';
import { guardrailContent, type GuardrailContent } from '@weir/contracts';
import { isWeirError } from '@weir/errors';
import { KafkaBus, type Publisher } from '@weir/kafka';
import { Metrics, type Bound, type Logger, type TraceContext } from '@weir/telemetry';
import { policyMetrics } from '../policy/store/policy.metrics.js';
import { ContentSeal } from './content-seal.js';
import type { RecordedInput } from './redecide.js';

/** Whose texts they are, and which verdict was about them. */
export type RecordedDecision = Omit<GuardrailContent, 'sealed'>;

/** Longest sealed text, in characters: an event holds 900 kB. */
const MAX_SEALED_CHARS = 850_000;
/** Of texts before they are compressed, so that nobody waits for the compression of a huge one. */
const MAX_TEXT_CHARS = 2_000_000;
const LINGER_MS = 20;

/** Keeps the texts behind verdicts, encrypted, for projects that asked for it. Nobody on the request path waits for it. */
@Injectable()
export class ContentRecorder {
  readonly #publisher: Publisher<GuardrailContent>;
  readonly #seal: ContentSeal;
  readonly #metrics: Bound<typeof policyMetrics>;

  constructor(
    bus: KafkaBus,
    private readonly registry: RegistrySnapshot,
    @Inject(PROCESS_SETTINGS) settings: ProcessSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#publisher = bus.publisher(guardrailContent);
    this.#seal = new ContentSeal(settings.keyPepper);
    this.#metrics = metrics.bind(policyMetrics);
  }

  /** Whether a project keeps its texts; ask before you collect them. */
  keeps(projectId: string): boolean {
    return this.registry.project(projectId)?.keep_content ?? false;
  }

  /** Does nothing for other projects. Resolves when the texts are stored or counted as lost; never rejects. */
  async record(decision: RecordedDecision, input: RecordedInput, trace?: TraceContext): Promise<void> {
    if (!this.keeps(decision.project_id)) return;
    try {
      this.#metrics.content.inc({ outcome: await this.#store(decision, input, trace) });
    } catch (error) {
      this.#metrics.content.inc({ outcome: 'failed' });
      const code = isWeirError(error) ? error.code : 'internal';
      this.logger.warn({ verdict: decision.verdict_id, code }, 'the texts behind a verdict could not be kept');
    }
  }

  async #store(decision: RecordedDecision, input: RecordedInput, trace: TraceContext | undefined) {
    const texts = [...input.texts, ...input.context];
    if (texts.reduce((sum, { text }) => sum + text.length, 0) > MAX_TEXT_CHARS) return 'too_large';
    const sealed = await this.#seal.seal(decision.project_id, input);
    if (sealed.length > MAX_SEALED_CHARS) return 'too_large';
    await this.#publisher.publish(
      { ...decision, sealed },
      { time: decision.decided_at, lingerMs: LINGER_MS, ...(trace ? { trace } : {}) },
    );
    return 'stored';
  }
}
