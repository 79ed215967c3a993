import { readFile } from 'node:fs/promises';
import { guardrailsV1 } from '@weir/contracts';
import { Command } from 'commander';
import { CliError, InputError } from '../../cli-error.js';
import type { CommandContext } from '../../program.js';
import { clientsWith } from '../../surroundings/installation.js';
import { readPolicy } from './policy-input.js';
import { batchesOf, promptParts } from './prompt-lines.js';

interface ReplayOptions {
  readonly policy: string;
  readonly since?: string;
  readonly file?: string;
  readonly baseline?: string;
  readonly project?: string;
  readonly json?: boolean;
}

type Inputs = NonNullable<guardrailsV1.ReplayPolicyRequest['inputs']>;
type Answer = guardrailsV1.ReplayPolicyResponse;

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export function replayCommand({ terminal, installation }: CommandContext): Command {
  return new Command('replay')
    .description('Decide again under a candidate and show which requests would flip. Nothing is acted on.')
    .requiredOption('--policy <candidate>', 'file with a policy, or NAME or NAME@VERSION of a published one')
    .option('--since <duration>', 'recorded inputs of projects that keep content, for example 24h')
    .option('--project <id>', 'of one project only')
    .option('--file <file>', 'prompts, one a line: {"text", "id", "stage", "role"}, or plain texts')
    .option('--baseline <policy>', 'with --file: compare with this one instead of the version in force')
    .option('--json', 'print the answers as JSON')
    .action(async (options: ReplayOptions) => {
      const requests = await requestsOf(options);
      await using clients = await clientsWith(await installation(), 'admin');
      const policies = clients.client('guardrails', guardrailsV1.PolicyServiceDefinition);
      const summary = new Summary();
      for (const request of requests) {
        for await (const answer of policies.replayPolicy(request)) {
          summary.add(answer);
          if (!options.json && isFlip(answer)) terminal.line(flipLine(answer));
        }
      }
      if (options.json) return terminal.json(summary);
      terminal.line(summary.line());
    });
}

interface Request {
  readonly candidate: string;
  readonly inputs: Inputs;
}

async function requestsOf({ policy, since, file, baseline = '', project = '' }: ReplayOptions): Promise<Request[]> {
  if ((since === undefined) === (file === undefined)) throw new InputError('Give either --since or --file.');
  if (since !== undefined) {
    if (baseline) throw new InputError('--baseline goes with --file.');
    const value = { sinceMs: Date.now() - durationMs(since), projectId: project };
    return [{ candidate: await candidateOf(policy), inputs: { $case: 'recorded', value } }];
  }
  if (project) throw new InputError('--project goes with --since.');
  const text = await readFile(file ?? '', 'utf8').catch(() => undefined);
  if (text === undefined) throw new CliError(`${file} cannot be read.`);
  const batches = [...batchesOf(promptParts(text))];
  if (batches.length === 0) throw new InputError(`${file} has no prompts.`);
  const candidate = await candidateOf(policy);
  return batches.map((batch) => {
    const parts = batch.map((part) => guardrailsV1.TextPart.fromPartial(part));
    return { candidate, inputs: { $case: 'given', value: { baseline, parts } } };
  });
}

/** A file is meant by its ending or its folder; everything else is a name. */
async function candidateOf(text: string): Promise<string> {
  return text.endsWith('.json') || text.includes('/') ? await readPolicy(text) : text;
}

/** For example `90s`, `30m`, `24h` or `7d`. @throws InputError */
export function durationMs(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount) return Number(amount) * UNITS[unit as keyof typeof UNITS];
  throw new InputError(`${text} is no duration: write 90s, 30m, 24h or 7d.`);
}

/** The last message of a replay has counts only. */
export function isFlip({ after }: Answer): boolean {
  return after !== guardrailsV1.Action.ACTION_UNSPECIFIED;
}

const word = (text: string) => text.replace(/^(ACTION|STAGE)_/, '').toLowerCase();

export function flipLine({ id, stage, before, after, detectors }: Answer): string {
  const why = detectors.length ? ` (${detectors.join(', ')})` : '';
  return `${id} ${word(stage)}: ${word(before)} → ${word(after)}${why}`;
}

/** All answers of a replay, however many calls it took. */
export class Summary {
  readonly flips: { id: string; stage: string; before: string; after: string; detectors: string[] }[] = [];
  replayed = 0;
  unreadable = 0;

  add(answer: Answer): void {
    this.replayed += answer.replayed;
    this.unreadable += answer.unreadable;
    if (!isFlip(answer)) return;
    const { id, stage, before, after, detectors } = answer;
    this.flips.push({ id, stage: word(stage), before: word(before), after: word(after), detectors });
  }

  line(): string {
    const changes = new Map<string, number>();
    for (const { before, after } of this.flips) {
      const change = `${before} → ${after}`;
      changes.set(change, (changes.get(change) ?? 0) + 1);
    }
    const each = [...changes].map(([change, count]) => `${change}: ${count}`).join(', ');
    const unreadable = this.unreadable ? `; ${this.unreadable} could not be decided again` : '';
    return `${this.flips.length} of ${this.replayed} would flip${each ? ` (${each})` : ''}${unreadable}`;
  }
}
