import { join } from 'node:path';
import { startProcess } from '@weir/bootstrap';
import { SERVICE_NAMES, type ServiceName } from '@weir/config';
import { requireFreePort } from '../embedded/ports.js';
import { portsFrom } from '../environment/ports.js';
import { processSettingsFrom } from '../environment/process-settings.js';
import { serviceEnvironment, type Environment } from '../environment/service-environment.js';
import { homeAt } from '../home/folder.js';
import { whatRuns } from '../home/running.js';
import { addressVariable } from '../installation/seven-processes.js';
import { runProgram } from '../lifetime/program.js';
import { loadServices, serviceNames } from '../processes/descriptors.js';

await runProgram(async (lifetime) => {
  const names = serviceNames((process.env.WEIR_SERVICES ?? 'all').split(',').filter(Boolean));
  const environment = await environmentFor(names, process.env);
  const ports = portsFrom(environment);
  const settings = processSettingsFrom(environment);
  await requireFreePort(ports.http, 'HTTP', 'WEIR_HTTP_PORT', settings.host);
  await requireFreePort(ports.grpc, 'gRPC', 'WEIR_GRPC_PORT', settings.host);
  const stalled = Promise.withResolvers<string>();
  await using running = await startProcess({
    services: await loadServices(names),
    settings,
    env: environment,
    onStalled: stalled.resolve,
  });
  process.stderr.write(`${names.join(', ')}: HTTP ${running.httpUrl}, gRPC ${running.grpcAddress}\n`);
  const reason = await Promise.race([lifetime.over(), stalled.promise]);
  return reason === undefined ? 0 : 1;
});

/** What the user did not set comes from the installation that runs from the same folder, if one does. */
async function environmentFor(names: readonly ServiceName[], given: Environment): Promise<Environment> {
  const home = homeAt(given.WEIR_HOME || '.weir');
  const around = await whatRuns(home.running);
  const databaseUrl = given.DATABASE_URL || around?.databaseUrl || '';
  const kafkaBrokers = given.KAFKA_BROKERS || around?.kafkaBrokers || '';
  const elsewhere = SERVICE_NAMES.filter((name) => !names.includes(name)).map((name) => [
    addressVariable(name),
    given[addressVariable(name)] || around?.addresses[name],
  ]);
  const environment = await serviceEnvironment({ home, databaseUrl, kafkaBrokers, given });
  return {
    ...environment,
    ...Object.fromEntries(elsewhere),
    WEIR_SERVICES: names.join(','),
    WEIR_HOME: join(home.root, 'processes', processFolder(names, portsFrom(given).http)),
  };
}

/** Several processes may run from one home: each needs a spool of its own, and finds it again after a restart. */
function processFolder(names: readonly ServiceName[], port: number): string {
  return `${names.length === SERVICE_NAMES.length ? 'all' : names.join('-')}-${port}`;
}
