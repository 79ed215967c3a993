import { registryV1 } from '@weir/contracts';
import { Command } from 'commander';
import type { CommandContext } from '../program.js';
import { clientsWith } from '../surroundings/installation.js';
import { measureCommand } from './measure.js';
import { overrideCommand } from './override.js';
import { allPages } from './pages.js';
import { quantizeCommand } from './quantize.js';

export function modelsCommand(context: CommandContext): Command {
  const { terminal, installation } = context;
  const list = new Command('list').description('List the registered models.').action(async () => {
    await using clients = await clientsWith(await installation(), 'admin');
    const registry = clients.client('registry', registryV1.RegistryServiceDefinition);
    const models = await allPages(async (page) => {
      const { models: items, nextPageToken } = await registry.listModels(page);
      return { items, nextPageToken };
    });
    const aliases = (model: registryV1.Model) =>
      Object.entries(model.aliases).map(([alias, version]) => `${alias}=${version}`);
    terminal.table(
      ['NAME', 'LICENSE', 'ALIASES', 'DESCRIPTION'],
      models.map((model) => [model.name, model.license, aliases(model).join(' ') || '-', model.description]),
    );
  });
  return new Command('models')
    .description('Models in the registry, and what is made from them.')
    .addCommand(list)
    .addCommand(quantizeCommand(context))
    .addCommand(measureCommand(context))
    .addCommand(overrideCommand(context));
}
