import { Module } from '@nestjs/common';
import { publicLookup, readSecret, requirePublicHost, settingsProvider } from '@weir/bootstrap';
import { CheckRunner } from './check-runner.service.js';
import { ExternalKinds } from './external-kinds.service.js';
import { EXTERNAL_SETTINGS, externalSettings, type ExternalSettings } from './external.config.js';
import { FactExtractor } from './fact-extractor.service.js';
import { ModelClient } from './judge/model.client.js';
import { OUTBOUND_RULES, type OutboundRules } from './outbound-rules.js';

@Module({
  providers: [
    settingsProvider(EXTERNAL_SETTINGS, externalSettings),
    {
      provide: OUTBOUND_RULES,
      inject: [EXTERNAL_SETTINGS],
      useFactory: ({ secretDirectory: directory }: ExternalSettings): OutboundRules => ({
        requirePublicHost,
        publicLookup,
        readSecret: (ref) => readSecret(ref, { env: undefined, directory }),
      }),
    },
    ModelClient,
    ExternalKinds,
    CheckRunner,
    FactExtractor,
  ],
  exports: [ExternalKinds, CheckRunner, FactExtractor],
})
export class ExternalModule {}
