import { Module } from '@nestjs/common';
import { settingsProvider } from '@weir/bootstrap';
import { AdmissionService } from './admission/admission.service.js';
import { PricesClient } from './admission/prices.client.js';
import { QuotaClient } from './admission/quota.client.js';
import { InferenceGrpc } from './doors/inference.grpc.js';
import { ModelsHttp } from './doors/models.http.js';
import { OpenAiHttp } from './doors/openai.http.js';
import { GuardrailsClient } from './guarding/guardrails.client.js';
import { InputGuardService } from './guarding/input-guard.service.js';
import { OutputGuardService } from './guarding/output-guard.service.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { InferenceEvents } from './recording/inference.events.js';
import { SettlementService } from './recording/settlement.service.js';
import { ROUTER_SETTINGS, routerSettings } from './router.config.js';
import { DeploymentStatesConsumer } from './routing/deployment-states.consumer.js';
import { EngineClient } from './routing/engine.client.js';
import { GenerationService } from './routing/generation.service.js';

@Module({
  controllers: [OpenAiHttp, ModelsHttp],
  providers: [
    settingsProvider(ROUTER_SETTINGS, routerSettings),
    InferenceGrpc,
    PipelineService,
    QuotaClient,
    AdmissionService,
    PricesClient,
    GuardrailsClient,
    InputGuardService,
    OutputGuardService,
    DeploymentStatesConsumer,
    EngineClient,
    GenerationService,
    InferenceEvents,
    SettlementService,
  ],
})
export class RouterModule {}
