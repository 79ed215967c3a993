import { engineV1 } from '@weir/contracts';
import { Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { CommandContext } from '../program.js';
import { clientsWith } from '../surroundings/installation.js';
import { versionName, wholeNumber } from './input.js';

interface MeasureFlags {
  readonly against: string;
  readonly maxTokens: string;
  readonly json?: boolean;
}

const DIGITS = 5;

export function measureCommand({ terminal, installation }: CommandContext): Command {
  return new Command('measure')
    .description('Measure what quantizing cost: both versions read the same text. The registry keeps the report.')
    .argument('<version>', 'MODEL@VERSION to measure')
    .requiredOption('--against <version>', 'MODEL@VERSION that it was made from')
    .option('--max-tokens <number>', 'positions to compare; 0 = the whole text', '0')
    .option('--json', 'print the report as JSON')
    .action(async (version: string, flags: MeasureFlags) => {
      const candidate = versionName(version);
      const parent = versionName(flags.against);
      const maxTokens = wholeNumber(flags.maxTokens, '--max-tokens', 0);
      await using clients = await clientsWith(await installation(), 'admin');
      const quality = clients.client('inference', engineV1.QualityServiceDefinition);
      let report: engineV1.QualityReport | undefined;
      const answers = quality.measureQuality({
        modelName: candidate.model,
        version: candidate.version,
        parentModelName: parent.model,
        parentVersion: parent.version,
        maxTokens,
      });
      for await (const { doneTokens, totalTokens, report: last } of answers) {
        report = last ?? report;
        if (!flags.json) terminal.progress(`${doneTokens} of ${totalTokens} tokens`, doneTokens / (totalTokens || 1));
      }
      terminal.endProgress();
      if (!report) throw new CliError('The measurement ended without a report.');
      if (flags.json) terminal.json(report);
      else for (const [label, text] of reportLines(report)) terminal.fact(label, text);
    });
}

/** A report as labelled lines; intervals are of 95 %. */
export function reportLines(report: engineV1.QualityReport): [label: string, text: string][] {
  return [
    ['candidate', report.candidateSha256],
    ['parent', report.parentSha256],
    ['text', `${report.corpus}, ${report.tokens} positions`],
    ['perplexity', `${report.candidatePerplexity.toFixed(3)} against ${report.parentPerplexity.toFixed(3)}`],
    ['ratio', estimateText(report.perplexityRatio)],
    ['mean KL', `${estimateText(report.meanKl)} nats`],
    ['99.9 % KL', `${report.klP999.toFixed(DIGITS)} nats`],
    ['same top', estimateText(report.sameTop)],
  ];
}

function estimateText(estimate: engineV1.Estimate | undefined): string {
  if (!estimate) return 'unknown';
  const { value, low, high } = estimate;
  return `${value.toFixed(DIGITS)} (${low.toFixed(DIGITS)} to ${high.toFixed(DIGITS)})`;
}
