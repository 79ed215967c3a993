import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { testInfrastructure } from '../tools/src/test/infrastructure.js';

const WITHOUT_INFRASTRUCTURE = new Set(['unit', 'architecture']);

/** Starts PostgreSQL and Kafka once for a run that has tests for them, and tells the workers where they are. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const names = project.vitest.projects.map((one) => one.name);
  if (names.every((name) => WITHOUT_INFRASTRUCTURE.has(name))) return undefined;
  const home = resolve(project.vitest.config.root, process.env.WEIR_HOME || '.weir');
  const infrastructure = await testInfrastructure(home, process.env);
  process.env.DATABASE_URL = infrastructure.databaseUrl;
  process.env.KAFKA_BROKERS = infrastructure.kafkaBrokers;
  process.env.WEIR_TEST_MODEL = infrastructure.modelFile;
  return async () => {
    await infrastructure[Symbol.asyncDispose]();
  };
}
