import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../lifetime/program.js';
import { SetupError } from '../setup-error.js';

const GUARDRAILS = fileURLToPath(new URL('../../../services/guardrails', import.meta.url));
const CLASSIFIERS = ['injection', 'toxicity'];

/** `npm run train -- NAME --data FOLDER` makes services/guardrails/models/NAME.bin; the same data gives the same bytes. */
await runProgram(async (lifetime) => {
  const [name = '', ...args] = process.argv.slice(2);
  if (!CLASSIFIERS.includes(name)) {
    throw new SetupError(`There is no classifier "${name}": name one of ${CLASSIFIERS.join(', ')}.`);
  }
  const script = `${GUARDRAILS}/dist/training/${name}.js`;
  const out = args.includes('--out') ? [] : ['--out', `${GUARDRAILS}/models/${name}.bin`];
  const child = spawn(process.execPath, [script, ...args, ...out], { stdio: 'inherit' });
  lifetime.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
});
