import { fileURLToPath } from 'node:url';
import { parseCLI, startVitest } from 'vitest/node';
import { runProgram } from '../lifetime/program.js';
import { SummaryReporter } from './reporter.js';
import { exitStatusOf, summaryLine } from './summary.js';

/** Runs the tests; arguments go to vitest (`npm test -- services/billing`). The last line holds the counts, alone. */
await runProgram(async (lifetime) => {
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
  const reporter = new SummaryReporter(lifetime.signal);
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const vitest = await startVitest(filter, { ...options, root, watch: false, reporters: ['default', reporter] });
  await vitest.close();
  process.stdout.write(`${summaryLine(reporter.summary)}\n`);
  return exitStatusOf(reporter.summary, Number(process.exitCode ?? 0));
});
