import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, RegistrySnapshot } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { inferenceMetrics } from '../inference.metrics.js';
import type { VerifiedWeights } from '../llamacpp/artifact-check.js';
import { requireServable } from './gate.js';
import { lineageInFile } from './lineage-in-file.js';

/** Asks the policy before weights are loaded, with what the registry says now. */
@Injectable()
export class QualityGate {
  private readonly metrics: Bound<typeof inferenceMetrics>;

  constructor(
    private readonly snapshot: RegistrySnapshot,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.metrics = metrics.bind(inferenceMetrics);
  }

  /** @throws WeirError `quality_unproven`, or `not_found` when the deployment was taken away meanwhile */
  async admit(deploymentId: string, weights: VerifiedWeights): Promise<void> {
    const deployment = this.snapshot.deployment(deploymentId);
    const version = deployment && this.snapshot.modelVersion(deployment.model_name, deployment.version);
    if (!deployment || !version) throw new WeirError('not_found', `There is no deployment ${deploymentId}.`);
    const file = await lineageInFile(weights.path);
    const verdict = requireServable({ version, deployment, sha256: weights.sha256, file });
    if (verdict.kind !== 'overridden') return;
    const { name, model_name, quality_override } = deployment;
    this.metrics.qualityOverrides.inc({ model_name, engine: name });
    this.logger.warn(
      { deployment: deploymentId, override: quality_override, missed: verdict.missed },
      'a quantized model is served by an override of the quality policy',
    );
  }
}
