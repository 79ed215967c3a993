import type { Provider, Type } from '@nestjs/common';
import { PromptShieldsHttp } from './azure/prompt-shields.http.js';
import { ChunkerGrpc } from './chunker/chunker.grpc.js';
import { DoorTraffic } from './door-traffic.service.js';
import { DetectorApiHttp } from './fms/detector-api.http.js';
import { InspectionService } from './inspection/inspection.service.js';
import { GuardrailWebhookHttp } from './litellm/guardrail-webhook.http.js';
import { ModerationHttp } from './openai/moderation.http.js';
import { CompletionService } from './generation/completion.service.js';
import { CompletionsHttp } from './generation/completions.http.js';
import { GenerationClient } from './generation/generation.client.js';
import { NdjsonBody } from './orchestrator/ndjson-body.http.js';
import { StreamContentHttp } from './orchestrator/stream-content.http.js';
import { TaskHttp } from './generation/task.http.js';
import { TaskService } from './generation/task.service.js';
import { TextDetectionHttp } from './orchestrator/text-detection.http.js';
import { PresidioHttp } from './presidio/presidio.http.js';

/** The doors of others are part of the service's own module: they need its engine, policies and recorder. */
export const doorControllers: Type[] = [
  DetectorApiHttp,
  TextDetectionHttp,
  StreamContentHttp,
  CompletionsHttp,
  TaskHttp,
  ModerationHttp,
  PromptShieldsHttp,
  GuardrailWebhookHttp,
  PresidioHttp,
];

export const doorProviders: Provider[] = [
  DoorTraffic,
  InspectionService,
  GenerationClient,
  CompletionService,
  TaskService,
  NdjsonBody,
  ChunkerGrpc,
];
