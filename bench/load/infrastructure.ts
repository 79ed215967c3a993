import { testInfrastructure, type TestInfrastructure } from '@weir/tools';

/** PostgreSQL, Kafka and the model for one benchmark; constellations started afterwards find them. */
export async function openInfrastructure(): Promise<TestInfrastructure> {
  const infrastructure = await testInfrastructure(process.env.WEIR_HOME ?? '.weir', process.env);
  process.env.DATABASE_URL = infrastructure.databaseUrl;
  process.env.KAFKA_BROKERS = infrastructure.kafkaBrokers;
  process.env.WEIR_TEST_MODEL = infrastructure.modelFile;
  return infrastructure;
}
