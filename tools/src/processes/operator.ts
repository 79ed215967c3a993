import { systemSource, type ProcessSettings, type ServiceName } from '@weir/config';
import { Mesh, RpcClients, type RpcClientsOptions } from '@weir/grpc';
import { createLogger, Metrics } from '@weir/telemetry';

/** Calls services of a running installation as its operator, by the mesh secret or the operator's certificate. */
export function operatorClients(
  settings: Pick<ProcessSettings, 'meshSecret' | 'tlsDirectory'>,
  addressOf: (service: ServiceName) => string | undefined,
): RpcClients {
  return new RpcClients({ ...connection(settings, addressOf), self: 'operator' });
}

/** Calls the gRPC door as an application does: with an API key, over the wire. */
export function clientWithKey(
  settings: Pick<ProcessSettings, 'meshSecret' | 'tlsDirectory'>,
  apiKey: string,
  addressOf: (service: ServiceName) => string | undefined,
): RpcClients {
  return new RpcClients({ ...connection(settings, addressOf), self: 'client', apiKey, transport: 'native' });
}

function connection(
  { meshSecret, tlsDirectory }: Pick<ProcessSettings, 'meshSecret' | 'tlsDirectory'>,
  addressOf: (service: ServiceName) => string | undefined,
): Omit<RpcClientsOptions, 'self'> {
  const source = systemSource;
  return {
    addressOf,
    binding: 'grpc',
    mesh: new Mesh({ secret: meshSecret, tlsDirectory, source }),
    logger: createLogger({ level: 'silent' }),
    metrics: new Metrics({ runtime: false }),
    source,
  };
}
