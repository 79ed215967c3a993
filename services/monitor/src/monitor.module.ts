import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider } from '@weir/bootstrap';
import { monitorMigrations } from '../migrations/index.js';
import { MONITOR_SETTINGS, monitorSettings } from './monitor.config.js';

@Module({
  imports: [DatabaseModule.forService('monitor', { migrations: monitorMigrations })],
  providers: [settingsProvider(MONITOR_SETTINGS, monitorSettings)],
})
export class MonitorModule {}
