import { Injectable } from '@nestjs/common';
import { OnEvent } from '@weir/bootstrap';
import { engineState, type EngineState, type WeirEvent } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { Metrics, type Bound } from '@weir/telemetry';
import { registryMetrics } from '../registry.metrics.js';
import { objectId } from '../request/fields.js';
import { DeploymentsRepository } from './deployments.repository.js';

const GROUP = 'registry';

type Outcome = 'stored' | 'stale' | 'duplicate' | 'unknown_deployment';

/** Keeps what the inference service says about deployments, for those who ask the registry. */
@Injectable()
export class EngineStateConsumer {
  readonly #database: Database;
  readonly #deployments: DeploymentsRepository;
  readonly #metrics: Bound<typeof registryMetrics>;

  constructor(database: Database, deployments: DeploymentsRepository, metrics: Metrics) {
    this.#database = database;
    this.#deployments = deployments;
    this.#metrics = metrics.bind(registryMetrics);
  }

  @OnEvent(engineState, { group: GROUP })
  async onEngineState(event: WeirEvent<EngineState>): Promise<void> {
    const outcome = await this.#database.transaction((tx) => this.#store(tx, event));
    this.#metrics.reports.inc({ outcome });
  }

  async #store(tx: Transaction, event: WeirEvent<EngineState>): Promise<Outcome> {
    if (!(await tx.claim(GROUP, event))) return 'duplicate';
    const id = objectId.safeParse(event.data.deployment_id);
    if (!id.success || !(await this.#deployments.findById(tx, id.data))) return 'unknown_deployment';
    return (await this.#deployments.report(tx, event.data)) ? 'stored' : 'stale';
  }
}
