import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { SERVICE_NAMES } from '@weir/config';
import { inferenceV1 } from '@weir/contracts';
import { Command } from 'commander';
import { request } from 'undici';
import { CliError } from '../cli-error.js';
import type { CommandContext } from '../program.js';
import { clientsWith, readKey, type Installation, type KeyName } from '../surroundings/installation.js';

const WAIT_MS = 3_000;

interface Check {
  readonly what: string;
  /** Resolves to what was found; throws when something is wrong. */
  readonly look: () => Promise<string>;
}

export function doctorCommand({ terminal, installation }: CommandContext): Command {
  return new Command('doctor').description('Check ports, keys and readiness.').action(async () => {
    const found = await installation();
    let failed = 0;
    for (const { what, look } of checksOf(found)) {
      try {
        terminal.good(`${what}: ${await look()}`);
      } catch (error) {
        failed += 1;
        terminal.bad(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (failed > 0) throw new CliError(`${failed} checks failed.`);
  });
}

function checksOf(installation: Installation): Check[] {
  const addresses = new Set(SERVICE_NAMES.map((service) => installation.addressOf(service)));
  return [
    ...(['admin', 'demo'] as const).map((name) => ({
      what: `key ${name}`,
      look: () => keyIsPrivate(installation, name),
    })),
    { what: installation.httpUrl, look: () => answersReady(installation.httpUrl) },
    ...[...addresses].map((address) => ({ what: `gRPC ${address}`, look: () => takesConnections(address) })),
    ...installation.kafkaBrokers.map((broker) => ({ what: `Kafka ${broker}`, look: () => takesConnections(broker) })),
    { what: 'models for the demo key', look: () => modelsOf(installation) },
  ];
}

async function keyIsPrivate(installation: Installation, name: KeyName): Promise<string> {
  await readKey(installation, name);
  const path = installation.keyFile(name);
  const { mode } = await stat(path);
  if (mode & 0o077) throw new CliError(`others may read ${path}: run chmod 600 on it.`);
  return path;
}

async function answersReady(httpUrl: string): Promise<string> {
  const { statusCode, body } = await request(`${httpUrl}/readyz`, { headersTimeout: WAIT_MS, bodyTimeout: WAIT_MS });
  const text = await body.text();
  if (statusCode !== 200) throw new CliError(`not ready: ${text}`);
  return 'ready';
}

async function takesConnections(address: string): Promise<string> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ host, port: Number(port) }, () => resolve('takes connections'));
  socket.setTimeout(WAIT_MS, () => reject(new CliError(`no answer within ${WAIT_MS} ms`)));
  socket.once('error', reject);
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

async function modelsOf(installation: Installation): Promise<string> {
  await using clients = await clientsWith(installation, 'demo');
  const inference = clients.client('router', inferenceV1.InferenceServiceDefinition);
  const { models } = await inference.listModels({}, { timeoutMs: WAIT_MS });
  if (models.length === 0) throw new CliError('none: no route is visible to it.');
  return models.map((model) => model.id).join(', ');
}
