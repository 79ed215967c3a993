import { billingV1, engineV1, registryV1 } from '@weir/contracts';
import type { Client, RpcClients } from '@weir/grpc';

/** The services through which an operator sets up an installation. */
export interface ControlPlane {
  readonly registry: Client<typeof registryV1.RegistryServiceDefinition>;
  readonly tenancy: Client<typeof registryV1.TenancyServiceDefinition>;
  readonly engine: Client<typeof engineV1.EngineServiceDefinition>;
  readonly limits: Client<typeof billingV1.LimitServiceDefinition>;
  readonly prices: Client<typeof billingV1.PriceServiceDefinition>;
}

export function controlPlaneOf(clients: RpcClients): ControlPlane {
  return {
    registry: clients.client('registry', registryV1.RegistryServiceDefinition),
    tenancy: clients.client('registry', registryV1.TenancyServiceDefinition),
    engine: clients.client('inference', engineV1.EngineServiceDefinition),
    limits: clients.client('billing', billingV1.LimitServiceDefinition),
    prices: clients.client('billing', billingV1.PriceServiceDefinition),
  };
}
