import { registryV1 } from '@weir/contracts';
import type { Client } from '@weir/grpc';
import { Command } from 'commander';
import { InputError } from '../../cli-error.js';
import type { CommandContext } from '../../program.js';
import { clientsWith, type Installation } from '../../surroundings/installation.js';

type Tenancy = Client<typeof registryV1.TenancyServiceDefinition>;

interface ProjectOptions {
  readonly policy?: string;
  readonly keepContent?: boolean;
}

export function projectsCommand(context: CommandContext): Command {
  return new Command('projects')
    .description('Projects and what their requests are subject to.')
    .addCommand(listCommand(context))
    .addCommand(setCommand(context));
}

function listCommand({ terminal, installation }: CommandContext): Command {
  return new Command('list').description('List the projects that the admin key may see.').action(async () => {
    await withTenancy(await installation(), async (tenancy) => {
      const { organizations } = await tenancy.listOrganizations({});
      const found = await Promise.all(organizations.map(({ id }) => tenancy.listProjects({ organizationId: id })));
      const projects = found.flatMap((each) => each.projects);
      terminal.table(['ID', 'NAME', 'ORGANISATION', 'POLICY', 'CONTENT'], projects.map(projectRow));
    });
  });
}

function setCommand({ terminal, installation }: CommandContext): Command {
  return new Command('set')
    .description('Change what the requests of a project are subject to; it holds on every replica within 2 seconds.')
    .argument('<id>')
    .option('--policy <name>', "guardrail policy that decides beside the route's; '' = none")
    .option('--keep-content', 'keep the texts that guardrails decided on, encrypted, for replays')
    .option('--no-keep-content', 'keep them no more')
    .action(async (id: string, options: ProjectOptions) => {
      const { policy, keepContent } = options;
      if (policy === undefined && keepContent === undefined) {
        throw new InputError('Give --policy NAME, --keep-content or --no-keep-content.');
      }
      await withTenancy(await installation(), async (tenancy) => {
        const { project } = await tenancy.updateProject({ id, policy, keepContent });
        if (!project) return;
        const [, name, , shown, content] = projectRow(project);
        terminal.good(`${name}: policy ${shown}, content ${content}`);
      });
    });
}

/** Cells of one project. */
export function projectRow({ id, name, organizationId, policy, keepContent }: registryV1.Project): string[] {
  return [id, name, organizationId, policy || '-', keepContent ? 'kept' : 'not kept'];
}

async function withTenancy(installation: Installation, work: (tenancy: Tenancy) => Promise<void>): Promise<void> {
  await using clients = await clientsWith(installation, 'admin');
  await work(clients.client('registry', registryV1.TenancyServiceDefinition));
}
