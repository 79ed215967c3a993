import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@weir/config';
import { requireFreePort } from '../embedded/ports.js';
import type { Environment } from '../environment/service-environment.js';
import { ServiceProcess } from '../processes/service-process.js';
import { Supervisor } from '../processes/supervisor.js';
import type { Launched } from './launched.js';
import { addressesAt } from './one-process.js';

const READY_WITHIN_MS = 90_000;
/** The router first: it has the ports that clients know. */
const ORDER: readonly ServiceName[] = ['router', ...SERVICE_NAMES.filter((name) => name !== 'router')];

export interface PortPair {
  readonly http: number;
  readonly grpc: number;
}

/** The ports of each service: consecutive from the first pair on. */
export function consecutivePorts(first: PortPair): Record<ServiceName, PortPair> {
  const entries = ORDER.map((name, index) => [name, { http: first.http + index, grpc: first.grpc + index }] as const);
  return Object.fromEntries(entries) as Record<ServiceName, PortPair>;
}

export async function requireServicePorts(ports: Readonly<Record<ServiceName, PortPair>>): Promise<void> {
  for (const name of ORDER) {
    await requireFreePort(ports[name].http, `HTTP of ${name}`, 'WEIR_HTTP_PORT');
    await requireFreePort(ports[name].grpc, `gRPC of ${name}`, 'WEIR_GRPC_PORT');
  }
}

/** One process per service, each with the addresses of all. Not started yet. */
export function serviceProcesses(
  ports: Readonly<Record<ServiceName, PortPair>>,
  environment: Environment,
  logs: string,
): Record<ServiceName, ServiceProcess> {
  const frontDoor = { WEIR_EVALUATOR_TARGET_URL: `http://127.0.0.1:${ports.router.http}` };
  const shared = { ...frontDoor, ...environment, ...addressVariables(ports) };
  const entries = ORDER.map((name) => {
    const { http, grpc } = ports[name];
    const own = { WEIR_SERVICES: name, WEIR_HTTP_PORT: String(http), WEIR_GRPC_PORT: String(grpc) };
    const process = new ServiceProcess({
      name,
      environment: { ...shared, ...own },
      httpUrl: `http://127.0.0.1:${http}`,
      logFile: join(logs, `${name}.log`),
    });
    return [name, process] as const;
  });
  return Object.fromEntries(entries) as Record<ServiceName, ServiceProcess>;
}

/** The seven services as seven processes, supervised. */
export async function launchSevenProcesses(
  ports: Readonly<Record<ServiceName, PortPair>>,
  environment: Environment,
  logs: string,
  signal: AbortSignal,
): Promise<Launched> {
  const processes = Object.values(serviceProcesses(ports, environment, logs));
  const supervisor = new Supervisor(processes);
  try {
    await Promise.all(processes.map((process) => process.start()));
    await Promise.all(processes.map((process) => process.ready(READY_WITHIN_MS, signal)));
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  supervisor.watch();
  return {
    httpUrl: `http://127.0.0.1:${ports.router.http}`,
    addresses: addressesAt((name) => `127.0.0.1:${ports[name].grpc}`),
    lost: supervisor.lost,
    stop: () => supervisor.stop(),
  };
}

/** `WEIR_ROUTER_ADDR` and its like. */
export function addressVariables(ports: Readonly<Record<ServiceName, PortPair>>): Record<string, string> {
  return Object.fromEntries(ORDER.map((name) => [addressVariable(name), `127.0.0.1:${ports[name].grpc}`]));
}

export function addressVariable(service: ServiceName): string {
  return `WEIR_${service.toUpperCase()}_ADDR`;
}
