import { Module } from '@nestjs/common';
import { settingsProvider } from '@weir/bootstrap';
import { DeploymentFactory } from './deployments/deployment.factory.js';
import { DeploymentsService } from './deployments/deployments.service.js';
import { EngineGrpc } from './generation/engine.grpc.js';
import { INFERENCE_SETTINGS, inferenceSettings } from './inference.config.js';
import { InferenceEvents } from './inference.events.js';

@Module({
  providers: [
    settingsProvider(INFERENCE_SETTINGS, inferenceSettings),
    InferenceEvents,
    DeploymentFactory,
    DeploymentsService,
    EngineGrpc,
  ],
})
export class InferenceModule {}
