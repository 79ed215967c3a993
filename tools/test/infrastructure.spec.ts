import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requirePorts, startInfrastructure, type InfrastructureOptions } from '../src/embedded/infrastructure.js';
import { hasBroker } from '../src/embedded/kafka.js';
import { livingPid } from '../src/embedded/leftover.js';
import { freePorts } from '../src/embedded/ports.js';
import { homeAt } from '../src/home/folder.js';

let directory: string;
let options: InfrastructureOptions;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-infrastructure-'));
  const [postgresPort = 0, kafkaPort = 0] = await freePorts(2);
  options = {
    home: homeAt(join(directory, 'home')),
    jars: homeAt(process.env.WEIR_HOME || '.weir').kafkaJars,
    postgresPort,
    kafkaPort,
    durable: false,
  };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the embedded infrastructure', () => {
  it('keeps its data over a restart, in a folder that only its owner may enter', async () => {
    await mkdir(options.home.root);
    await chmod(options.home.root, 0o700);
    {
      await using first = await startInfrastructure(options);
      await query(first.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
      expect(await hasBroker(options.kafkaPort)).toBe(true);
    }
    await expect(hasBroker(options.kafkaPort)).rejects.toThrow();
    await using second = await startInfrastructure(options);
    expect(await query(second.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.kafkaBrokers).toBe(`127.0.0.1:${options.kafkaPort}`);
  });

  it('tells which server was lost', async () => {
    await using infrastructure = await startInfrastructure(options);
    const { postgres } = options.home;
    process.kill((await livingPid(join(postgres, 'postgres.pid'), postgres)) ?? 0, 'SIGKILL');
    expect(await infrastructure.lost).toBe('PostgreSQL');
  });

  it('names the variable of a busy port', async () => {
    const server = createServer().listen(options.kafkaPort, '127.0.0.1');
    await expect(requirePorts(options)).rejects.toThrow(
      `Port ${options.kafkaPort} for Kafka is in use: stop what listens there, or set WEIR_KAFKA_PORT to another port.`,
    );
    server.close();
  });

  it('starts nothing of what is given', async () => {
    const given = { databaseUrl: 'postgres://elsewhere/weir', kafkaBrokers: 'elsewhere:9092' };
    await using infrastructure = await startInfrastructure({ ...options, ...given });
    expect(infrastructure).toMatchObject(given);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
