import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider } from '@weir/bootstrap';
import { guardrailsMigrations } from '../migrations/index.js';
import { Approvals } from './check/approvals.service.js';
import { CheckService } from './check/check.service.js';
import { DecisionRecorder } from './check/decision-recorder.service.js';
import { GuardrailsGrpc } from './check/guardrails.grpc.js';
import { redeciderFactory } from './check/redecider.factory.js';
import { builtInCatalogue } from './detector/built-in-catalogue.js';
import { readWeights } from './detector/weights.repository.js';
import { doorControllers, doorProviders } from './doors/doors.module.js';
import { ExternalKinds } from './external/external-kinds.service.js';
import { ExternalModule } from './external/external.module.js';
import { GUARDRAILS_SETTINGS, guardrailsSettings, type GuardrailsSettings } from './guardrails.config.js';
import { GuardrailsEvents } from './guardrails.events.js';
import { ApprovalRepository } from './policy/admin/approval.repository.js';
import { Approver } from './policy/admin/approver.service.js';
import { PolicyArchive } from './policy/admin/policy-archive.service.js';
import { PolicyPublisher } from './policy/admin/policy-publisher.service.js';
import { PolicyGrpc } from './policy/admin/policy.grpc.js';
import { PolicyRepository } from './policy/admin/policy.repository.js';
import { ReplayDoor } from './policy/admin/replay-door.service.js';
import { CHECK_CATALOGUE } from './policy/check-catalogue.js';
import { PolicyStore } from './policy/store/policy-store.service.js';
import { ContentRecorder } from './replay/content-recorder.service.js';
import { REDECIDER } from './replay/redecide.js';
import { ReplayService } from './replay/replay.service.js';

@Module({
  imports: [DatabaseModule.forService('guardrails', { migrations: guardrailsMigrations }), ExternalModule],
  controllers: doorControllers,
  providers: [
    settingsProvider(GUARDRAILS_SETTINGS, guardrailsSettings),
    {
      provide: CHECK_CATALOGUE,
      inject: [GUARDRAILS_SETTINGS, ExternalKinds],
      useFactory: ({ modelDirectory }: GuardrailsSettings, external: ExternalKinds) =>
        builtInCatalogue(readWeights(modelDirectory), external.kinds()),
    },
    PolicyRepository,
    ApprovalRepository,
    PolicyStore,
    PolicyPublisher,
    PolicyArchive,
    Approver,
    Approvals,
    CheckService,
    { provide: REDECIDER, inject: [CheckService], useFactory: redeciderFactory },
    ReplayService,
    ReplayDoor,
    ContentRecorder,
    GuardrailsEvents,
    DecisionRecorder,
    PolicyGrpc,
    GuardrailsGrpc,
    ...doorProviders,
  ],
})
export class GuardrailsModule {}
