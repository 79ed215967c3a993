import { Module } from '@nestjs/common';
import { settingsProvider } from '@weir/bootstrap';
import { DeploymentFactory } from './deployments/deployment.factory.js';
import { DeploymentsService } from './deployments/deployments.service.js';
import { DeviceGrpc } from './devices/device.grpc.js';
import { DevicesService } from './devices/devices.service.js';
import { EngineGrpc } from './generation/engine.grpc.js';
import { INFERENCE_SETTINGS, inferenceSettings } from './inference.config.js';
import { InferenceEvents } from './inference.events.js';
import { QualityGate } from './quality/quality-gate.service.js';
import { QualityReportsClient } from './quality/quality-reports.client.js';
import { QualityGrpc } from './quality/quality.grpc.js';
import { QualityService } from './quality/quality.service.js';
import { EngineUsageService } from './usage/engine-usage.service.js';

@Module({
  providers: [
    settingsProvider(INFERENCE_SETTINGS, inferenceSettings),
    InferenceEvents,
    DeploymentFactory,
    DeploymentsService,
    DevicesService,
    DeviceGrpc,
    EngineGrpc,
    EngineUsageService,
    QualityReportsClient,
    QualityService,
    QualityGate,
    QualityGrpc,
  ],
})
export class InferenceModule {}
