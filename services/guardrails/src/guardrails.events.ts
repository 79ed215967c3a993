import { Injectable } from '@nestjs/common';
import { guardrailVerdict, type guardrailsV1 } from '@weir/contracts';
import { KafkaBus, type Publisher } from '@weir/kafka';
import type { EventData } from '@weir/contracts';
import type { TraceContext } from '@weir/telemetry';
import type { Decision } from './check/decision.js';
import { verdictEvent } from './check/verdict-wire.js';

/** In one process with the router a verdict so leaves with the event of its request. */
const LINGER_MS = 20;

@Injectable()
export class GuardrailsEvents {
  readonly #verdicts: Publisher<EventData<typeof guardrailVerdict>>;

  constructor(bus: KafkaBus) {
    this.#verdicts = bus.publisher(guardrailVerdict);
  }

  /** Resolves when the verdict is stored; nobody on the request path waits for it. */
  async guardrailVerdict(
    decision: Decision,
    subject: guardrailsV1.Subject,
    trace: TraceContext | undefined,
  ): Promise<void> {
    const data = verdictEvent(decision, subject);
    await this.#verdicts.publish(data, {
      id: decision.id,
      time: decision.decidedAt,
      lingerMs: LINGER_MS,
      ...(trace ? { trace } : {}),
    });
  }
}
