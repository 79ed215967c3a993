import { SetupError } from '../setup-error.js';

export interface Ports {
  readonly http: number;
  readonly grpc: number;
  readonly postgres: number;
  readonly kafka: number;
}

/** @throws SetupError when a variable does not hold a port */
export function portsFrom(env: NodeJS.ProcessEnv): Ports {
  return {
    http: portOf(env, 'WEIR_HTTP_PORT', 8_080),
    grpc: portOf(env, 'WEIR_GRPC_PORT', 9_090),
    postgres: portOf(env, 'WEIR_POSTGRES_PORT', 15_432),
    kafka: portOf(env, 'WEIR_KAFKA_PORT', 19_092),
  };
}

function portOf(env: NodeJS.ProcessEnv, variable: string, fallback: number): number {
  const text = env[variable];
  if (!text) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SetupError(`${variable} is "${text}": set it to a port from 1 to 65535.`);
}
