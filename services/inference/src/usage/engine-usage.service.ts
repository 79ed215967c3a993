import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { PeriodicTask } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import { DeploymentsService } from '../deployments/deployments.service.js';
import { INFERENCE_SETTINGS, type InferenceSettings } from '../inference.config.js';

/** Lets every deployment tell its machine time and tokens from time to time; what is left is told when it ends. */
@Injectable()
export class EngineUsageService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(
    deployments: DeploymentsService,
    @Inject(INFERENCE_SETTINGS) settings: InferenceSettings,
    @Inject(LOGGER) logger: Logger,
  ) {
    const turn = async () => deployments.all().forEach((deployment) => deployment.reportUsage());
    this.task = new PeriodicTask({ name: 'engine usage', intervalMs: settings.usageSeconds * 1_000, turn, logger });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }
}
