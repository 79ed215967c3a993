import 'reflect-metadata';
import { systemSource, type Source } from '@weir/config';
import type { Logger } from '@weir/telemetry';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { coreMigrations } from './core-migrations.js';
import { databaseFailure, isTransient } from './failure.js';
import type { MigrationClass } from './migration.js';
import { rowsOf, Transaction } from './transaction.js';

/** TypeORM names entities by their constructors, whatever these take. */
export type EntityClass = abstract new (...args: never[]) => object;

export interface DatabaseOptions {
  readonly url: string;
  /** Schema that holds this service's tables; created when it is missing. */
  readonly schema: string;
  /** Shown as application_name. */
  readonly service: string;
  readonly migrations: readonly MigrationClass[];
  readonly entities?: readonly EntityClass[];
  readonly poolSize: number;
  readonly logger: Logger;
  readonly source?: Source;
}

const TRANSACTION_ATTEMPTS = 4;

/** Limits that keep one slow statement or one forgotten transaction from holding everybody. */
const SESSION = '-c statement_timeout=5000 -c lock_timeout=1000 -c idle_in_transaction_session_timeout=10000';

/** One service's part of PostgreSQL: its schema, its migrations, its pool. */
export class Database implements AsyncDisposable {
  readonly schema: string;
  readonly dataSource: DataSource;
  readonly #source: Source;

  private constructor(dataSource: DataSource, schema: string, source: Source) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.#source = source;
  }

  /**
   * Connects and migrates. Any number of processes may do so at once: an advisory lock lets one migrate.
   * @throws WeirError `database_unavailable`.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    try {
      await migrate(options);
      const dataSource = await dataSourceOf(options, SESSION).initialize();
      return new Database(dataSource, options.schema, options.source ?? systemSource);
    } catch (error) {
      throw databaseFailure(error);
    }
  }

  /** Runs one statement outside a transaction. NUMERIC and BIGINT come back as strings. */
  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    try {
      return rowsOf<Row>(await this.dataSource.query(sql, [...params]));
    } catch (error) {
      throw databaseFailure(error);
    }
  }

  /** Runs the work in one transaction, again (at most 3 times) when PostgreSQL asks for it. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.dataSource.transaction((manager) => work(new Transaction(manager, this.#source)));
      } catch (error) {
        if (attempt < TRANSACTION_ATTEMPTS && isTransient(error)) continue;
        throw databaseFailure(error);
      }
    }
  }

  /** @throws WeirError `database_unavailable`. */
  async ping(): Promise<void> {
    await this.query('SELECT 1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

function dataSourceOf(options: DatabaseOptions, session: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    applicationName: `weir-${options.service}`,
    entities: [...(options.entities ?? [])] as never[],
    migrations: [...coreMigrations, ...options.migrations],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolSize: options.poolSize,
    extra: {
      max: options.poolSize,
      connectionTimeoutMillis: 3000,
      options: `-c search_path=${options.schema} ${session}`,
    },
    poolErrorHandler: (error: unknown) => options.logger.warn({ err: error }, 'a pooled database connection broke'),
  });
}

async function migrate(options: DatabaseOptions): Promise<void> {
  const lock = new Client({ connectionString: options.url, connectionTimeoutMillis: 3000 });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`weir-migrate-${options.schema}`]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS "${options.schema}"`);
    // Without the statement timeout of normal sessions: an index on a large table takes its time.
    const dataSource = await dataSourceOf({ ...options, poolSize: 1 }, '-c lock_timeout=10000').initialize();
    try {
      const applied = await dataSource.runMigrations();
      if (applied.length) options.logger.info({ schema: options.schema, applied: applied.length }, 'migrated');
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await lock.end();
  }
}
