import { registryV1 } from '@weir/contracts';
import { Command } from 'commander';
import { InputError } from '../cli-error.js';
import type { CommandContext } from '../program.js';
import { clientsWith } from '../surroundings/installation.js';

interface OverrideFlags {
  readonly reason?: string;
  readonly withdraw?: boolean;
}

export function overrideCommand({ terminal, installation }: CommandContext): Command {
  return new Command('override')
    .description('Let one deployment serve a quantized version without a passing report. Recorded with who and why.')
    .argument('<deployment>', 'id of the deployment')
    .option('--reason <text>', 'why')
    .option('--withdraw', 'the policy applies again')
    .action(async (deploymentId: string, { reason = '', withdraw }: OverrideFlags) => {
      if (Boolean(reason.trim()) === Boolean(withdraw)) throw new InputError('Give --reason TEXT, or --withdraw.');
      await using clients = await clientsWith(await installation(), 'admin');
      const registry = clients.client('registry', registryV1.RegistryServiceDefinition);
      const { deployment: read } = await registry.getDeployment({ id: deploymentId });
      const request = { deploymentId, reason: withdraw ? '' : reason, revision: read?.revision };
      const { deployment } = await registry.setQualityOverride(request);
      const name = deployment?.name ?? deploymentId;
      terminal.good(withdraw ? `${name}: the policy applies again` : `${name} may serve unmeasured: ${reason}`);
    });
}
