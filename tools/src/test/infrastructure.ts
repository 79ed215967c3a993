import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInfrastructure } from '../embedded/infrastructure.js';
import { freePorts } from '../embedded/ports.js';
import { homeAt } from '../home/folder.js';
import { fetchModel } from '../model/fetch.js';

export interface TestInfrastructure extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly kafkaBrokers: string;
  readonly modelFile: string;
}

/**
 * PostgreSQL and Kafka with empty data on free ports, each unless the environment names one, and the model.
 * Downloads are kept in `homePath`; data goes when it is disposed.
 */
export async function testInfrastructure(homePath: string, env: NodeJS.ProcessEnv): Promise<TestInfrastructure> {
  const kept = homeAt(homePath);
  const directory = await mkdtemp(join(tmpdir(), 'weir-test-'));
  await chmod(directory, 0o755);
  const [postgresPort = 0, kafkaPort = 0] = await freePorts(2);
  const [modelFile, infrastructure] = await Promise.all([
    env.WEIR_TEST_MODEL || fetchModel(kept.models),
    startInfrastructure({
      home: homeAt(directory),
      jars: kept.kafkaJars,
      postgresPort,
      kafkaPort,
      durable: false,
      databaseUrl: env.DATABASE_URL,
      kafkaBrokers: env.KAFKA_BROKERS,
    }),
  ]);
  return {
    modelFile,
    databaseUrl: infrastructure.databaseUrl,
    kafkaBrokers: infrastructure.kafkaBrokers,
    [Symbol.asyncDispose]: async () => {
      await infrastructure.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
