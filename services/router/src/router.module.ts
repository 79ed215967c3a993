import { Module } from '@nestjs/common';
import { settingsProvider } from '@weir/bootstrap';
import { AdmissionService } from './admission/admission.service.js';
import { PricesClient } from './admission/prices.client.js';
import { QuotaClient } from './admission/quota.client.js';
import { InferenceGrpc } from './doors/grpc/inference.grpc.js';
import { ModelsHttp } from './doors/models.http.js';
import { InferenceProtocolGrpc } from './doors/oip/inference-protocol.grpc.js';
import { InferenceProtocolHttp } from './doors/oip/inference-protocol.http.js';
import { InferenceProtocolService } from './doors/oip/inference-protocol.service.js';
import { ModelRepositoryClient } from './doors/oip/model-repository.client.js';
import { OpenAiHttp } from './doors/openai.http.js';
import { TokenizerHttp } from './doors/tokenizer/tokenizer.http.js';
import { GuardrailsClient } from './guarding/guardrails.client.js';
import { InputGuardService } from './guarding/input-guard.service.js';
import { OutputGuardService } from './guarding/output-guard.service.js';
import { TokenTextService } from './guarding/token-text.service.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { InferenceEvents } from './recording/inference.events.js';
import { SettlementService } from './recording/settlement.service.js';
import { ROUTER_SETTINGS, routerSettings } from './router.config.js';
import { DeploymentStatesConsumer } from './routing/deployment-states.consumer.js';
import { EngineClient } from './routing/engine.client.js';
import { GenerationService } from './routing/generation.service.js';
import { TokenizerClient } from './routing/tokenizer.client.js';
import { TokenizerService } from './routing/tokenizer.service.js';

@Module({
  controllers: [OpenAiHttp, ModelsHttp, TokenizerHttp, InferenceProtocolHttp],
  providers: [
    settingsProvider(ROUTER_SETTINGS, routerSettings),
    InferenceGrpc,
    InferenceProtocolGrpc,
    InferenceProtocolService,
    ModelRepositoryClient,
    PipelineService,
    QuotaClient,
    AdmissionService,
    PricesClient,
    GuardrailsClient,
    TokenTextService,
    InputGuardService,
    OutputGuardService,
    DeploymentStatesConsumer,
    EngineClient,
    TokenizerClient,
    TokenizerService,
    GenerationService,
    InferenceEvents,
    SettlementService,
  ],
})
export class RouterModule {}
