import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { inferenceCompleted, type InferenceCompleted } from '@weir/contracts';
import { KafkaBus, type Publisher, type Receipt } from '@weir/kafka';
import { Metrics, type Bound, type Logger, type TraceContext } from '@weir/telemetry';
import { routerMetrics } from '../router.metrics.js';

/** Publishes the event of each finished request, and says when it is durable. */
@Injectable()
export class InferenceEvents {
  readonly #publisher: Publisher<InferenceCompleted>;
  readonly #metrics: Bound<typeof routerMetrics>;
  readonly #logger: Logger;

  constructor(bus: KafkaBus, metrics: Metrics, @Inject(LOGGER) logger: Logger) {
    this.#publisher = bus.publisher(inferenceCompleted);
    this.#metrics = metrics.bind(routerMetrics);
    this.#logger = logger;
  }

  /**
   * Resolves when the event is in Kafka or in the spool. The request never fails for its event: undefined means that
   * neither took it, which is counted and logged.
   */
  async inferenceCompleted(data: InferenceCompleted, trace: TraceContext | undefined): Promise<Receipt | undefined> {
    try {
      const { request_id: id, ended_at: time } = data;
      const receipt = await this.#publisher.publish(data, { id, time, trace, subject: id });
      if (receipt.stored === 'spool') this.#metrics.eventsSpooled.inc();
      return receipt;
    } catch (error) {
      this.#metrics.eventsLost.inc();
      this.#logger.error({ err: error, request_id: data.request_id }, 'the event of a request could not be stored');
      return undefined;
    }
  }
}
