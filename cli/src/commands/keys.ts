import { registryV1 } from '@weir/contracts';
import type { Client } from '@weir/grpc';
import { Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { CommandContext } from '../program.js';
import { clientsWith, type Installation } from '../surroundings/installation.js';

type Tenancy = Client<typeof registryV1.TenancyServiceDefinition>;

export function keysCommand(context: CommandContext): Command {
  return new Command('keys')
    .description('API keys of a project.')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context));
}

function createCommand({ terminal, installation }: CommandContext): Command {
  return new Command('create')
    .description('Create a key. Its secret is printed once and kept nowhere.')
    .argument('<name>')
    .option('--project <id>', 'project; may be left out when there is one only')
    .option('--scope <scopes...>', 'inference, usage.read, evaluation, monitor.read, admin', ['inference'])
    .option('--role <role>', 'owner, admin, member or viewer', 'member')
    .option('--days <number>', 'days until it expires; 0 = never', '0')
    .action(async (name: string, o: { project?: string; scope: string[]; role: string; days: string }) => {
      const expiresAtMs = expiryOf(o.days);
      await withTenancy(await installation(), async (tenancy) => {
        const projectId = o.project ?? (await onlyProject(tenancy));
        const { apiKey, secret } = await tenancy.createApiKey({
          projectId,
          name,
          scopes: o.scope,
          role: o.role,
          expiresAtMs,
        });
        terminal.fact('id', apiKey?.id ?? '');
        terminal.fact('project', projectId);
        terminal.fact('secret', secret);
      });
    });
}

function listCommand({ terminal, installation }: CommandContext): Command {
  return new Command('list')
    .description('List the keys of a project, without their secrets.')
    .option('--project <id>', 'project; may be left out when there is one only')
    .action(async (o: { project?: string }) => {
      await withTenancy(await installation(), async (tenancy) => {
        const { apiKeys } = await tenancy.listApiKeys({ projectId: o.project ?? (await onlyProject(tenancy)) });
        terminal.table(
          ['ID', 'NAME', 'PREFIX', 'ROLE', 'SCOPES', 'STATE'],
          apiKeys.map((key) => [key.id, key.name, key.prefix, key.role, key.scopes.join(','), stateOf(key)]),
        );
      });
    });
}

function revokeCommand({ terminal, installation }: CommandContext): Command {
  return new Command('revoke')
    .description('Revoke a key; it holds on every replica within 2 seconds.')
    .argument('<id>')
    .action(async (id: string) => {
      await withTenancy(await installation(), async (tenancy) => {
        const { apiKey } = await tenancy.revokeApiKey({ id });
        terminal.good(`${apiKey?.name ?? id} is revoked`);
      });
    });
}

async function withTenancy(installation: Installation, work: (tenancy: Tenancy) => Promise<void>): Promise<void> {
  await using clients = await clientsWith(installation, 'admin');
  await work(clients.client('registry', registryV1.TenancyServiceDefinition));
}

async function onlyProject(tenancy: Tenancy): Promise<string> {
  const { organizations } = await tenancy.listOrganizations({});
  const found = await Promise.all(organizations.map(({ id }) => tenancy.listProjects({ organizationId: id })));
  const [project, ...others] = found.flatMap(({ projects }) => projects);
  if (project && others.length === 0) return project.id;
  throw new CliError(project ? 'There are several projects: name one with --project.' : 'There is no project yet.');
}

function expiryOf(days: string): number {
  const number = Number(days);
  if (!Number.isInteger(number) || number < 0) throw new CliError('--days needs a whole number, 0 or more.');
  return number === 0 ? 0 : Date.now() + number * 86_400_000;
}

function stateOf({ revokedAtMs, expiresAtMs }: registryV1.ApiKey): string {
  if (revokedAtMs) return `revoked ${new Date(revokedAtMs).toISOString()}`;
  return expiresAtMs ? `expires ${new Date(expiresAtMs).toISOString()}` : 'in force';
}
