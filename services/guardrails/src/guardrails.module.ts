import { Module } from '@nestjs/common';
import { settingsProvider } from '@weir/bootstrap';
import { CheckService } from './check/check.service.js';
import { GuardrailsGrpc } from './check/guardrails.grpc.js';
import { GUARDRAILS_SETTINGS, guardrailsSettings } from './guardrails.config.js';
import { GuardrailsEvents } from './guardrails.events.js';
import { PolicyStore } from './policy/policy-store.service.js';

@Module({
  providers: [
    settingsProvider(GUARDRAILS_SETTINGS, guardrailsSettings),
    PolicyStore,
    CheckService,
    GuardrailsEvents,
    GuardrailsGrpc,
  ],
})
export class GuardrailsModule {}
