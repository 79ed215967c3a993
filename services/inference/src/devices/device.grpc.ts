import { GrpcHandlers } from '@weir/bootstrap';
import { engineV1 } from '@weir/contracts';
import type { Access, Handlers } from '@weir/grpc';
import { DevicesService } from './devices.service.js';

type Definition = typeof engineV1.DeviceServiceDefinition;

const access: Access<Definition> = {
  listDevices: { services: ['operator', 'registry', 'monitor', 'billing'], scope: 'admin' },
};

/** Serves weir.engine.v1.DeviceService. */
@GrpcHandlers(engineV1.DeviceServiceDefinition, access)
export class DeviceGrpc implements Handlers<Definition> {
  constructor(private readonly devices: DevicesService) {}

  async listDevices() {
    const found = await this.devices.list();
    return {
      devices: found.map(({ device, placements }) => ({
        ...device,
        placements: placements.map(({ deploymentId, estimatedBytes }) => ({ deploymentId, estimatedBytes })),
      })),
    };
  }
}
