import { registryV1 } from '@weir/contracts';
import { Command } from 'commander';
import type { CommandContext } from '../program.js';
import { clientsWith } from '../surroundings/installation.js';

export function routesCommand({ terminal, installation }: CommandContext): Command {
  const list = new Command('list')
    .description('List the aliases that clients call and where they lead.')
    .action(async () => {
      await using clients = await clientsWith(await installation(), 'admin');
      const registry = clients.client('registry', registryV1.RegistryServiceDefinition);
      const { routes } = await registry.listRoutes({});
      const targets = (route: registryV1.Route) =>
        route.targets.map(({ deploymentId, weight }) => `${deploymentId}:${weight}`).join(' ');
      terminal.table(
        ['ALIAS', 'POLICY', 'GUARDRAILS DOWN', 'TARGETS (DEPLOYMENT:WEIGHT)'],
        routes.map((route) => [route.alias, route.policy || 'default', route.onGuardrailsError, targets(route)]),
      );
    });
  return new Command('routes').description('Routes in the registry.').addCommand(list);
}
