import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { engineState, type EngineState } from '@weir/contracts';
import { KafkaBus, type StateReader } from '@weir/kafka';
import type { Logger } from '@weir/telemetry';

/** What engines last reported of each deployment, from the compacted topic `weir.engine.state.v1`. */
@Injectable()
export class DeploymentStatesConsumer implements OnModuleInit, OnApplicationShutdown {
  readonly #bus: KafkaBus;
  readonly #logger: Logger;
  readonly #states = new Map<string, EngineState>();
  #reader: Promise<StateReader | undefined> | undefined;

  constructor(bus: KafkaBus, @Inject(LOGGER) logger: Logger) {
    this.#bus = bus;
    this.#logger = logger;
  }

  /** Not awaited: serving does not wait for Kafka. Until states are known the router relies on what engines answer. */
  onModuleInit(): void {
    this.#reader = this.#bus
      .readState(engineState, (state) => {
        if ('tombstone' in state) this.#states.delete(state.tombstone);
        else this.#states.set(state.data.deployment_id, state.data);
      })
      .catch((error: unknown) => {
        this.#logger.error({ err: error }, 'the states of engines cannot be read');
        return undefined;
      });
  }

  /** Undefined while nothing is known of it. */
  stateOf(deploymentId: string): EngineState | undefined {
    return this.#states.get(deploymentId);
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.#reader)?.[Symbol.asyncDispose]();
  }
}
