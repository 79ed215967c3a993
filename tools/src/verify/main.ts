import { root } from '../generate/root.js';
import { runProgram } from '../lifetime/program.js';
import { SetupError } from '../setup-error.js';
import { report, type StepResult } from './report.js';
import { verifySteps } from './steps.js';

/** Runs every step, also after one failed; words after `--` pick steps by the start of their names. */
await runProgram(async (lifetime) => {
  const words = process.argv.slice(2);
  const all = verifySteps(root);
  const steps = words.length ? all.filter(({ name }) => words.some((word) => name.startsWith(word))) : all;
  if (steps.length === 0) throw new SetupError(`No step is called so: name ${all.map(({ name }) => name).join(', ')}.`);
  const results: StepResult[] = [];
  for (const { name, run, showOutput } of steps) {
    lifetime.signal.throwIfAborted();
    process.stdout.write(`… ${name}\n`);
    const started = performance.now();
    const { passed, output } = await run();
    if (passed && showOutput) process.stdout.write(output);
    results.push({ name, passed, seconds: (performance.now() - started) / 1000, output });
  }
  process.stdout.write(report(results));
  return results.every(({ passed }) => passed) ? 0 : 1;
});
