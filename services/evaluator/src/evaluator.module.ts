import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider } from '@weir/bootstrap';
import { evaluatorMigrations } from '../migrations/index.js';
import { EVALUATOR_SETTINGS, evaluatorSettings } from './evaluator.config.js';

@Module({
  imports: [DatabaseModule.forService('evaluator', { migrations: evaluatorMigrations })],
  providers: [settingsProvider(EVALUATOR_SETTINGS, evaluatorSettings)],
})
export class EvaluatorModule {}
