import { Command } from 'commander';
import { demoCommand } from './commands/demo.js';
import { devicesCommand } from './commands/devices.js';
import { doctorCommand } from './commands/doctor.js';
import { enginesCommand } from './commands/engines.js';
import { evalCommand } from './commands/eval.js';
import { guardrailsCommand } from './commands/guardrails/guardrails.js';
import { keysCommand } from './commands/keys.js';
import { limitsCommand } from './commands/limits.js';
import { modelsCommand } from './commands/models.js';
import { projectsCommand } from './commands/registry/projects.js';
import { routesCommand } from './commands/registry/routes.js';
import { findInstallation, type Environment, type Installation } from './surroundings/installation.js';
import type { Terminal } from './terminal/terminal.js';

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly installation: () => Promise<Installation>;
}

export function buildProgram(terminal: Terminal, env?: Environment): Command {
  const context: CommandContext = { terminal, installation: () => findInstallation(env) };
  const program = new Command('weir')
    .description('Talks to a running Weir. It finds what runs from WEIR_HOME (default .weir) and its keys by itself.')
    .showHelpAfterError('(weir --help lists the commands)');
  for (const command of [
    demoCommand,
    modelsCommand,
    routesCommand,
    projectsCommand,
    keysCommand,
    limitsCommand,
    enginesCommand,
    devicesCommand,
    guardrailsCommand,
    evalCommand,
    doctorCommand,
  ]) {
    program.addCommand(command(context));
  }
  return program;
}
