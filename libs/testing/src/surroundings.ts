import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processSettings, readSettings } from '@weir/config';
import { WeirError } from '@weir/errors';

export interface Surroundings {
  readonly databaseUrl: string;
  readonly kafkaBrokers: string[];
}

/** Where the PostgreSQL and the Kafka of this test run are: DATABASE_URL and KAFKA_BROKERS. */
export function surroundings(): Surroundings {
  const { databaseUrl, kafkaBrokers } = processSettings;
  const read = readSettings({ databaseUrl, kafkaBrokers });
  if (!read.ok)
    throw new WeirError('invalid_configuration', read.problems.map((problem) => problem.message).join('; '));
  return read.values;
}

/** A name that no other test uses, fit for schemas and topics. */
export function uniqueName(): string {
  return `t${randomBytes(6).toString('hex')}`;
}

/** A folder of its own, removed when disposed. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'weir-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
