import { registryV1 } from '@weir/contracts';
import type { RpcClients } from '@weir/grpc';
import { Command, Option } from 'commander';
import type { CommandContext } from '../../program.js';
import { clientsWith, operatorClients, type Installation } from '../../surroundings/installation.js';
import { routeRow, routeWith, type RouteOptions } from './route-options.js';

export function routesCommand(context: CommandContext): Command {
  return new Command('routes')
    .description('Routes in the registry: the aliases that clients call.')
    .addCommand(listCommand(context))
    .addCommand(putCommand(context));
}

function listCommand({ terminal, installation }: CommandContext): Command {
  return new Command('list')
    .description('List the aliases that clients call, where they lead and what guards them.')
    .action(async () => {
      const routes = await routesOf(await installation());
      terminal.table(
        ['ALIAS', 'POLICY', 'GUARDRAILS DOWN', 'BLOCKED INPUT', 'HOLD-BACK', 'TARGETS (DEPLOYMENT:WEIGHT)'],
        routes.map(routeRow),
      );
    });
}

function putCommand({ terminal, installation }: CommandContext): Command {
  return new Command('put')
    .description('Make a route, or change what is named of one; the rest stays.')
    .argument('<alias>')
    .option('--target <deployment:weight...>', 'where requests go; replaces all targets')
    .option('--policy <name>', 'guardrail policy; NAME@VERSION for a fixed version')
    .option('--stage-policy <stage=name...>', 'other policies for single stages; STAGE= takes one away')
    .option('--max-holdback <characters>', 'most characters that a stream may be held back; 0 = any')
    .addOption(new Option('--on-blocked-input <answer>', 'what a client gets').choices(['error', 'completion']))
    .addOption(new Option('--on-guardrails-error <mode>', 'while guardrails is away').choices(['closed', 'open']))
    .action(async (alias: string, options: RouteOptions) => {
      const found = await installation();
      // What was typed is read before anybody is asked.
      routeWith(alias, undefined, options);
      const existing = (await routesOf(found)).find((route) => route.alias === alias);
      const wanted = routeWith(alias, existing, options);
      await using clients = await clientsFor(found, wanted.organizationId);
      const registry = clients.client('registry', registryV1.RegistryServiceDefinition);
      const { route } = await registry.putRoute({ route: wanted });
      terminal.good(`${alias} is at revision ${route?.revision ?? 0}`);
    });
}

async function routesOf(installation: Installation): Promise<registryV1.Route[]> {
  await using clients = await clientsWith(installation, 'admin');
  return (await clients.client('registry', registryV1.RegistryServiceDefinition).listRoutes({})).routes;
}

/** Routes of every organisation are the operator's. */
function clientsFor(installation: Installation, organizationId: string): Promise<RpcClients> {
  return organizationId === '' ? operatorClients(installation) : clientsWith(installation, 'admin');
}
