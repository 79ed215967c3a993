import { readFile } from 'node:fs/promises';
import { evaluationV1 } from '@weir/contracts';
import { Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { CommandContext } from '../program.js';
import { clientsWith, readKey } from '../surroundings/installation.js';

interface RunOptions {
  readonly model: string;
  readonly threshold?: string;
  readonly concurrency: string;
}

export function evalCommand({ terminal, installation }: CommandContext): Command {
  const run = new Command('run')
    .description('Measure a route with a suite of JSON Lines, through the front door and with the demo key.')
    .argument('<file>')
    .requiredOption('--model <alias>', 'alias to measure')
    .option('--threshold <score>', 'least score, 0 to 1; below it the exit code is 1')
    .option('--concurrency <number>', 'requests in flight at once', '2')
    .action(async (file: string, o: RunOptions) => {
      const suiteJsonl = await readFile(file, 'utf8').catch(() => undefined);
      if (suiteJsonl === undefined) throw new CliError(`${file} cannot be read.`);
      const found = await installation();
      const apiKey = await readKey(found, 'demo');
      await using clients = await clientsWith(found, 'admin');
      const evaluation = clients.client('evaluator', evaluationV1.EvaluationServiceDefinition);
      const { job } = await evaluation.createJob({
        name: file,
        model: o.model,
        suiteJsonl,
        apiKey,
        concurrency: numberOf(o.concurrency, '--concurrency'),
        threshold: o.threshold === undefined ? undefined : numberOf(o.threshold, '--threshold'),
      });
      let last = job;
      for await (const { job: now } of evaluation.watchJob({ id: job?.id })) {
        last = now ?? last;
        terminal.line(`${last?.state} ${last?.done}/${last?.total}`);
      }
      for (const score of last?.scores ?? []) terminal.fact(score.metric, scoreText(score));
      if (last?.failedRequests) terminal.fact('failed', `${last.failedRequests} requests, which count as wrong`);
      if (last?.state !== 'completed') throw new CliError(`The job ended as ${last?.state}: ${last?.stateReason}`);
      if (last.passed === false) throw new CliError(`The score is below ${o.threshold}.`);
    });
  return new Command('eval').description('Evaluation of models.').addCommand(run);
}

export function scoreText({ value, standardError, samples }: evaluationV1.Score): string {
  return `${value.toFixed(4)} ± ${standardError.toFixed(4)} (${samples} samples)`;
}

function numberOf(text: string, option: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new CliError(`${option} needs a number.`);
  return number;
}
