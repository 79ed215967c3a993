import { engineV1 } from '@weir/contracts';
import type { Client } from '@weir/grpc';
import { Command } from 'commander';
import { InputError } from '../cli-error.js';
import type { CommandContext } from '../program.js';
import { clientsWith } from '../surroundings/installation.js';

type Engines = Client<typeof engineV1.EngineServiceDefinition>;

const HEAD = ['DEPLOYMENT', 'STATE', 'BREAKER', 'RUNNING', 'WAITING', 'KV', 'DEVICE', 'ENDPOINTS', 'REASON'];

export function enginesCommand(context: CommandContext): Command {
  const { terminal } = context;
  return new Command('engines')
    .description('Engines and upstreams: their state, load and breakers.')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { deployments } = await withEngines(context, (engines) => engines.listDeployments({}));
      if (json) terminal.json(deployments);
      else terminal.table(HEAD, deployments.map(engineRow));
    })
    .addCommand(isolateCommand(context))
    .addCommand(releaseCommand(context));
}

function isolateCommand(context: CommandContext): Command {
  return new Command('isolate')
    .description('Open the breaker of a deployment until it is released.')
    .argument('<deployment>', 'id of the deployment')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action(async (deploymentId: string, { reason }: { reason: string }) => {
      if (!reason.trim()) throw new InputError('--reason needs a text.');
      const { status } = await withEngines(context, (engines) => engines.isolateDeployment({ deploymentId, reason }));
      context.terminal.good(`${deploymentId} is isolated (${status?.breaker}): ${reason}`);
    });
}

function releaseCommand(context: CommandContext): Command {
  return new Command('release')
    .description('Let an isolated deployment serve again.')
    .argument('<deployment>', 'id of the deployment')
    .action(async (deploymentId: string) => {
      const { status } = await withEngines(context, (engines) => engines.releaseDeployment({ deploymentId }));
      context.terminal.good(`${deploymentId} is released (${status?.breaker})`);
    });
}

/** Cells of one line of `weir engines`. */
export function engineRow(status: engineV1.DeploymentStatus): string[] {
  const { deploymentId, state, breaker, running, slots, waiting, waitingTokens, kvUsage, device, endpoints } = status;
  const used = endpoints.filter((endpoint) => endpoint.state === 'in_use').length;
  return [
    deploymentId,
    state,
    breaker || '-',
    slots ? `${running}/${slots}` : String(running),
    waitingTokens ? `${waiting} (${waitingTokens} tokens)` : String(waiting),
    `${(kvUsage * 100).toFixed(0)} %`,
    device || '-',
    endpoints.length ? `${used}/${endpoints.length}` : '-',
    status.breakerReason || status.reason || '-',
  ];
}

async function withEngines<T>({ installation }: CommandContext, work: (engines: Engines) => Promise<T>): Promise<T> {
  await using clients = await clientsWith(await installation(), 'admin');
  return await work(clients.client('inference', engineV1.EngineServiceDefinition));
}
