import { engineV1 } from '@weir/contracts';
import { Command } from 'commander';
import type { CommandContext } from '../program.js';
import { clientsWith } from '../surroundings/installation.js';

const HEAD = ['DEVICE', 'NAME', 'FREE', 'TOTAL', 'BUSY', 'POWER', 'DEPLOYMENTS'];
const GIBIBYTE = 2 ** 30;

export function devicesCommand({ terminal, installation }: CommandContext): Command {
  return new Command('devices')
    .description('What engines can run on, and what is placed there.')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      await using clients = await clientsWith(await installation(), 'admin');
      const { devices } = await clients.client('inference', engineV1.DeviceServiceDefinition).listDevices({});
      if (json) terminal.json(devices);
      else terminal.table(HEAD, devices.map(deviceRow));
    });
}

/** Cells of one line of `weir devices`; a dash where the driver does not tell. */
export function deviceRow(device: engineV1.Device): string[] {
  const { id, name, memoryFreeBytes, memoryTotalBytes, utilization, powerWatts, placements } = device;
  return [
    id,
    name,
    gibibytes(memoryFreeBytes),
    gibibytes(memoryTotalBytes),
    utilization === undefined ? '-' : `${(utilization * 100).toFixed(0)} %`,
    powerWatts === undefined ? '-' : `${powerWatts.toFixed(0)} W`,
    placements.map((placed) => `${placed.deploymentId} (${gibibytes(placed.estimatedBytes)})`).join(', ') || '-',
  ];
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(1)} GiB`;
}
