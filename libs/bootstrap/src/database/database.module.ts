import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessSettings, ServiceName, Source } from '@weir/config';
import { Database, type EntityClass, type MigrationClass } from '@weir/database';
import { KafkaBus } from '@weir/kafka';
import type { Logger } from '@weir/telemetry';
import { OpenResources } from '../launch/open-resources.js';
import { Readiness } from '../launch/readiness.js';
import { LOGGER, OPEN_RESOURCES, PROCESS_SETTINGS, SOURCE } from '../launch/tokens.js';
import { DatabaseHealth } from './database-health.js';

export interface DatabaseModuleOptions {
  readonly entities?: readonly EntityClass[];
  readonly migrations: readonly MigrationClass[];
  /** Whether this service writes events to its outbox. Default true. */
  readonly relay?: boolean;
}

/** A service's own `Database`, migrated, watched and relayed; only the importing module sees it. */
@Module({})
export class DatabaseModule {
  static forService(service: ServiceName, options: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: Database,
          inject: [PROCESS_SETTINGS, LOGGER, SOURCE, OPEN_RESOURCES, Readiness, KafkaBus],
          useFactory: (
            settings: ProcessSettings,
            logger: Logger,
            source: Source,
            resources: OpenResources,
            readiness: Readiness,
            bus: KafkaBus,
          ) => openDatabase(service, options, { settings, logger, source, resources, readiness, bus }),
        },
      ],
      exports: [Database],
    };
  }
}

interface Platform {
  readonly settings: ProcessSettings;
  readonly logger: Logger;
  readonly source: Source;
  readonly resources: OpenResources;
  readonly readiness: Readiness;
  readonly bus: KafkaBus;
}

async function openDatabase(
  service: ServiceName,
  options: DatabaseModuleOptions,
  { settings, logger, source, resources, readiness, bus }: Platform,
): Promise<Database> {
  const name = `database ${service}`;
  const opened = await Database.open({
    url: settings.databaseUrl,
    schema: `${settings.schemaPrefix}${service}`,
    service,
    migrations: options.migrations,
    ...(options.entities ? { entities: options.entities } : {}),
    poolSize: settings.databasePoolSize,
    logger,
    source,
  });
  const database = resources.add(name, opened);
  if (options.relay ?? true) resources.add(`outbox relay ${service}`, bus.relay(database));
  const health = new DatabaseHealth(database, source);
  readiness.add(name, () => health.problem());
  return database;
}
