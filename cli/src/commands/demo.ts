import { Command } from 'commander';
import { runDemo } from '../demo/run-demo.js';
import type { CommandContext } from '../program.js';

export function demoCommand({ terminal, installation }: CommandContext): Command {
  return new Command('demo')
    .description('Show the way of a request on the running instance: model, guardrails, events, ledger, trace.')
    .option('--model <alias>', 'alias to talk to; default the first one that the demo key sees')
    .action(async ({ model }: { model?: string }) => runDemo({ installation: await installation(), terminal, model }));
}
