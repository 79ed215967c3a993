import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider } from '@weir/bootstrap';
import { evaluatorMigrations } from '../migrations/index.js';
import { EVALUATOR_SETTINGS, evaluatorSettings } from './evaluator.config.js';
import { JobChanges } from './jobs/job-changes.js';
import { JobGrpc } from './jobs/job.grpc.js';
import { JobHttp } from './jobs/job.http.js';
import { JobRepository } from './jobs/job.repository.js';
import { JobService } from './jobs/job.service.js';
import { OrphanService } from './jobs/orphan.service.js';
import { FrontDoorClient } from './running/front-door.client.js';
import { JobRunner } from './running/job-runner.service.js';

@Module({
  imports: [DatabaseModule.forService('evaluator', { migrations: evaluatorMigrations })],
  controllers: [JobHttp],
  providers: [
    settingsProvider(EVALUATOR_SETTINGS, evaluatorSettings),
    { provide: JobChanges, useFactory: () => new JobChanges() },
    JobRepository,
    FrontDoorClient,
    JobRunner,
    JobService,
    OrphanService,
    JobGrpc,
  ],
})
export class EvaluatorModule {}
