import { guardrailsV1 } from '@weir/contracts';
import type { RpcClients } from '@weir/grpc';
import { Command } from 'commander';
import { CliError, InputError } from '../../cli-error.js';
import type { CommandContext } from '../../program.js';
import { clientsWith } from '../../surroundings/installation.js';
import type { Terminal } from '../../terminal/terminal.js';
import { replayCommand } from './replay.js';
import { wholeNumber } from '../input.js';
import { policyName, readPolicy } from './policy-input.js';

interface Json {
  readonly json?: boolean;
}

const WHOLE_TEXT = 2 ** 32 - 1;

export function guardrailsCommand(context: CommandContext): Command {
  return new Command('guardrails')
    .description('Guardrail policies: what may pass.')
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(historyCommand(context))
    .addCommand(diffCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(publishCommand(context))
    .addCommand(replayCommand(context))
    .addCommand(approveCommand(context));
}

function listCommand(context: CommandContext): Command {
  return new Command('list')
    .description('List the policies in force.')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: Json) => {
      const { policies } = await withClients(context, (clients) =>
        clients.client('guardrails', guardrailsV1.GuardrailsServiceDefinition).listPolicies({}),
      );
      if (json) return context.terminal.json(policies);
      context.terminal.table(
        ['NAME', 'VERSION', 'MODE', 'HOLD-BACK', 'CHECKS', 'DESCRIPTION'],
        policies.map(policyRow),
      );
    });
}

function showCommand(context: CommandContext): Command {
  return new Command('show')
    .description('Show a policy, of the version in force or of a named one.')
    .argument('<policy>', 'NAME or NAME@VERSION')
    .option('--json', 'print it as JSON')
    .action(async (text: string, { json }: Json) => {
      const policy = await getPolicy(context, text);
      if (json) return context.terminal.json(policy);
      showInfo(context.terminal, policy.info);
      context.terminal.fact('author', policy.author);
      if (policy.note) context.terminal.fact('note', policy.note);
      context.terminal.line(prettyDocument(policy.document));
    });
}

function historyCommand(context: CommandContext): Command {
  return new Command('history')
    .description('List the versions of a policy: who published them, and why.')
    .argument('<name>')
    .option('--before <version>', 'the 100 versions below this one', '0')
    .option('--json', 'print them as JSON')
    .action(async (name: string, { before, json }: Json & { before: string }) => {
      const beforeVersion = wholeNumber(before, '--before', 0);
      const { policies } = await withClients(context, (clients) =>
        clients.client('guardrails', guardrailsV1.PolicyServiceDefinition).listPolicyVersions({ name, beforeVersion }),
      );
      if (json) return context.terminal.json(policies);
      context.terminal.table(['VERSION', 'PUBLISHED', 'AUTHOR', 'NOTE'], policies.map(historyRow));
    });
}

function diffCommand(context: CommandContext): Command {
  return new Command('diff')
    .description('Show what a version changed: one line for each field, - before and + after.')
    .argument('<policy>', 'NAME or NAME@VERSION')
    .action(async (text: string) => {
      const { diff } = await getPolicy(context, text);
      context.terminal.line(diff || 'nothing changed');
    });
}

function checkCommand(context: CommandContext): Command {
  return new Command('check')
    .description('Compile a policy and tell what it would cost, without publishing it.')
    .argument('<file>')
    .option('--json', 'print the answer as JSON')
    .action(async (file: string, { json }: Json) => {
      const document = await readPolicy(file);
      const { policy } = await withClients(context, (clients) =>
        clients.client('guardrails', guardrailsV1.PolicyServiceDefinition).checkPolicy({ document }),
      );
      if (json) return context.terminal.json(policy);
      context.terminal.good(`${file} compiles`);
      showInfo(context.terminal, policy);
    });
}

function publishCommand(context: CommandContext): Command {
  return new Command('publish')
    .description('Publish the next version of a policy; it is in force on every replica within 2 seconds.')
    .argument('<file>')
    .requiredOption('--note <text>', 'why it changes; it is kept with the version')
    .option('--json', 'print the answer as JSON')
    .action(async (file: string, { note, json }: Json & { note: string }) => {
      if (!note.trim()) throw new InputError('--note needs a text.');
      const document = await readPolicy(file);
      const { policy } = await withClients(context, (clients) =>
        clients.client('guardrails', guardrailsV1.PolicyServiceDefinition).publishPolicy({ document, note }),
      );
      if (json) return context.terminal.json(policy);
      context.terminal.good(`${policy?.info?.name}@${policy?.info?.version} is in force`);
      if (policy?.diff) context.terminal.line(policy.diff);
    });
}

function approveCommand(context: CommandContext): Command {
  return new Command('approve')
    .description('Let content pass that a policy holds for a person. Recorded with who and why.')
    .argument('<request>', 'approval_request of the verdict')
    .requiredOption('--note <text>', 'why')
    .option('--seconds <number>', 'how long it is valid', '3600')
    .action(async (approvalRequest: string, { note, seconds }: { note: string; seconds: string }) => {
      if (!note.trim()) throw new InputError('--note needs a text.');
      const validSeconds = wholeNumber(seconds, '--seconds', 1);
      const { approval, expiresAtMs } = await withClients(context, (clients) =>
        clients
          .client('guardrails', guardrailsV1.PolicyServiceDefinition)
          .approve({ approvalRequest, note, validSeconds }),
      );
      context.terminal.fact('expires', new Date(expiresAtMs).toISOString());
      context.terminal.fact('header', 'x-weir-approval');
      context.terminal.line(approval);
    });
}

async function getPolicy(context: CommandContext, text: string): Promise<guardrailsV1.PolicyVersion> {
  const named = policyName(text);
  const { policy } = await withClients(context, (clients) =>
    clients.client('guardrails', guardrailsV1.PolicyServiceDefinition).getPolicy(named),
  );
  if (!policy) throw new CliError(`There is no policy ${text}.`);
  return policy;
}

/** Cells of one line of `weir guardrails list`. */
export function policyRow(policy: guardrailsV1.PolicyInfo): string[] {
  const { name, version, mode, detectors, description } = policy;
  return [name, String(version), mode, holdback(policy), String(detectors.length), description];
}

export function historyRow({ info, createdAtMs, author, note }: guardrailsV1.PolicyVersion): string[] {
  const published = createdAtMs ? new Date(createdAtMs).toISOString() : 'with Weir';
  return [String(info?.version ?? 0), published, author, note || '-'];
}

function showInfo(terminal: Terminal, info: guardrailsV1.PolicyInfo | undefined): void {
  if (!info) return;
  terminal.fact('policy', `${info.name}@${info.version} (${info.mode})`);
  if (info.description) terminal.fact('description', info.description);
  terminal.fact('hold-back', holdback(info));
  terminal.fact('checks', info.detectors.join(', ') || 'none');
  terminal.fact('sha256', info.sha256);
}

function holdback({ maxHoldbackChars }: guardrailsV1.PolicyInfo): string {
  return maxHoldbackChars === WHOLE_TEXT ? 'whole text' : `${maxHoldbackChars} characters`;
}

function prettyDocument(document: string): string {
  return JSON.stringify(JSON.parse(document), undefined, 2);
}

async function withClients<T>({ installation }: CommandContext, work: (clients: RpcClients) => Promise<T>): Promise<T> {
  await using clients = await clientsWith(await installation(), 'admin');
  return await work(clients);
}
