import { billingV1 } from '@weir/contracts';
import { Command, Option } from 'commander';
import type { CommandContext } from '../program.js';
import { clientsWith } from '../surroundings/installation.js';

const SCOPES = ['organization', 'project', 'api_key'];

interface PutOptions {
  readonly scope: string;
  readonly id: string;
  readonly dimension: string;
  readonly window: string;
  readonly amount: string;
}

export function limitsCommand(context: CommandContext): Command {
  return new Command('limits')
    .description('Limits on requests, tokens and money.')
    .addCommand(putCommand(context))
    .addCommand(listCommand(context));
}

function putCommand({ terminal, installation }: CommandContext): Command {
  return new Command('put')
    .description('Set a limit; it replaces the one of the same scope, dimension and window.')
    .addOption(new Option('--scope <scope>', 'whose').choices(SCOPES).default('api_key'))
    .requiredOption('--id <id>', 'id of the organisation, project or key')
    .addOption(new Option('--dimension <dimension>').choices(['requests', 'tokens', 'money']).makeOptionMandatory())
    .addOption(new Option('--window <window>').choices(['minute', 'hour', 'day', 'month']).makeOptionMandatory())
    .requiredOption('--amount <amount>', 'whole number, or USD for money')
    .action(async ({ scope, id: scopeId, dimension, window, amount }: PutOptions) => {
      await using clients = await clientsWith(await installation(), 'admin');
      const limits = clients.client('billing', billingV1.LimitServiceDefinition);
      const { limit } = await limits.putLimit({ limit: { scope, scopeId, dimension, window, amount } });
      terminal.good(`${limit?.scope} ${limit?.scopeId}: ${limit?.amount} ${limit?.dimension} per ${limit?.window}`);
    });
}

function listCommand({ terminal, installation }: CommandContext): Command {
  return new Command('list')
    .description('List limits; without --id those over the admin key itself.')
    .addOption(new Option('--scope <scope>', 'whose').choices(SCOPES))
    .option('--id <id>', 'id of the organisation, project or key')
    .action(async ({ scope = '', id = '' }: { scope?: string; id?: string }) => {
      await using clients = await clientsWith(await installation(), 'admin');
      const { limits } = await clients
        .client('billing', billingV1.LimitServiceDefinition)
        .listLimits({ scope: scope || (id ? 'api_key' : ''), scopeId: id });
      terminal.table(
        ['ID', 'SCOPE', 'OF', 'AMOUNT', 'DIMENSION', 'PER'],
        limits.map((limit) => [limit.id, limit.scope, limit.scopeId, limit.amount, limit.dimension, limit.window]),
      );
    });
}
