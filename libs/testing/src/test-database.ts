import { Database, type EntityClass, type MigrationClass } from '@weir/database';
import { Client } from 'pg';
import { silentLogger } from './quiet.js';
import { surroundings, uniqueName } from './surroundings.js';

export interface TestDatabaseOptions {
  readonly service: string;
  readonly migrations: readonly MigrationClass[];
  readonly entities?: readonly EntityClass[];
}

/** A migrated schema of its own in the real PostgreSQL (DATABASE_URL); dropped when disposed. */
export async function testDatabase(options: TestDatabaseOptions): Promise<Database> {
  const { databaseUrl } = surroundings();
  const database = await Database.open({
    ...options,
    url: databaseUrl,
    schema: `${uniqueName()}_${options.service}`,
    poolSize: 4,
    logger: silentLogger,
  });
  const close = database[Symbol.asyncDispose].bind(database);
  return Object.defineProperty(database, Symbol.asyncDispose, {
    value: async () => {
      await close();
      await dropSchemas(databaseUrl, [database.schema]);
    },
  });
}

export async function dropSchemas(databaseUrl: string, schemas: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
  } finally {
    await client.end();
  }
}
