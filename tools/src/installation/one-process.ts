import { join } from 'node:path';
import { startProcess } from '@weir/bootstrap';
import { SERVICE_NAMES, type ServiceName } from '@weir/config';
import { createLogger } from '@weir/telemetry';
import { processSettingsFrom } from '../environment/process-settings.js';
import type { Environment } from '../environment/service-environment.js';
import { loadServices } from '../processes/descriptors.js';
import { LogFile } from '../processes/log-file.js';
import type { Launched } from './launched.js';

const READY_WITHIN_MS = 60_000;

/** All services in this process; it logs to `weir.log`, because the terminal belongs to the user. */
export async function launchInOneProcess(
  environment: Environment,
  logs: string,
  signal: AbortSignal,
): Promise<Launched> {
  const settings = processSettingsFrom({ ...environment, WEIR_SERVICES: 'all' });
  const log = new LogFile(join(logs, 'weir.log'));
  const stalled = Promise.withResolvers<string>();
  const running = await startProcess({
    services: await loadServices(SERVICE_NAMES),
    settings,
    env: environment,
    logger: createLogger({ level: settings.logLevel, destination: log }),
    onStalled: stalled.resolve,
  });
  const stop = async () => {
    await running.drain();
    log[Symbol.dispose]();
  };
  try {
    await running.ready(READY_WITHIN_MS);
    signal.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    httpUrl: running.httpUrl,
    addresses: addressesAt(() => running.grpcAddress),
    lost: stalled.promise,
    stop,
  };
}

export function addressesAt(addressOf: (service: ServiceName) => string): Record<ServiceName, string> {
  const entries = SERVICE_NAMES.map((name) => [name, addressOf(name)] as const);
  return Object.fromEntries(entries) as Record<ServiceName, string>;
}
