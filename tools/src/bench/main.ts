import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../lifetime/program.js';
import { SetupError } from '../setup-error.js';

const BENCH = fileURLToPath(new URL('../../../bench', import.meta.url));

/** `npm run bench -- NAME [ARGUMENT...]` runs bench/NAME/main.ts. */
await runProgram(async (lifetime) => {
  const [name = '', ...args] = process.argv.slice(2);
  const names = readdirSync(BENCH).filter((folder) => existsSync(join(BENCH, folder, 'main.ts')));
  if (!names.includes(name)) throw new SetupError(`There is no benchmark "${name}": name one of ${names.join(', ')}.`);
  const child = spawn(process.execPath, [join(BENCH, name, 'main.ts'), ...args], { stdio: 'inherit' });
  lifetime.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
});
