import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { engineState, engineUsage, type EngineState, type EngineUsage } from '@weir/contracts';
import { KafkaBus, type Publisher } from '@weir/kafka';
import type { Logger } from '@weir/telemetry';

/** Publishes what deployments report: their states, in order each, where a newer one replaces one that waits; and their use. */
@Injectable()
export class InferenceEvents {
  private readonly publisher: Publisher<EngineState>;
  private readonly usages: Publisher<EngineUsage>;
  private readonly waiting = new Map<string, EngineState>();
  private readonly sending = new Map<string, Promise<void>>();
  private readonly sendingUsage = new Set<Promise<void>>();

  constructor(
    bus: KafkaBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.publisher = bus.publisher(engineState);
    this.usages = bus.publisher(engineUsage);
  }

  engineState(report: EngineState): void {
    const id = report.deployment_id;
    this.waiting.set(id, report);
    if (!this.sending.has(id)) this.sending.set(id, this.send(id));
  }

  engineUsage(report: EngineUsage): void {
    const sent = this.usages.publish(report).then(
      () => undefined,
      (error: unknown) =>
        this.logger.error({ err: error, deployment: report.deployment_id }, 'a report of machine time was lost'),
    );
    this.sendingUsage.add(sent);
    void sent.then(() => this.sendingUsage.delete(sent));
  }

  /** Resolves when every report so far is durable or was given up. */
  async flushed(): Promise<void> {
    await Promise.all([...this.sending.values(), ...this.sendingUsage]);
  }

  private async send(id: string): Promise<void> {
    for (let report = this.take(id); report; report = this.take(id)) {
      try {
        await this.publisher.publish(report);
      } catch (error) {
        this.logger.error({ err: error, deployment: id, state: report.state }, 'a state report was lost');
      }
    }
    this.sending.delete(id);
  }

  private take(id: string): EngineState | undefined {
    const report = this.waiting.get(id);
    this.waiting.delete(id);
    return report;
  }
}
