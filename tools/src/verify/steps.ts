import { join } from 'node:path';
import { outdated } from '../generate/files.js';
import { GENERATED_FOLDERS, generatedFiles } from '../generate/generated-files.js';
import { runCommand, type CommandResult } from './command.js';

export interface Step {
  readonly name: string;
  /** Whether its output is worth reading when it passed. */
  readonly showOutput?: boolean;
  readonly run: () => Promise<CommandResult>;
}

/** What must hold before a change is taken, quick things first. */
export function verifySteps(root: string): Step[] {
  const command =
    (name: string, ...args: string[]) =>
    () =>
      runCommand(root, name, args);
  return [
    { name: 'format', run: command('prettier', '--check', '--log-level', 'warn', '--cache', '.') },
    { name: 'lint', run: command('oxlint', '--deny-warnings') },
    { name: 'protos', run: () => runCommand(root, 'buf', ['lint'], join(root, 'protos')) },
    { name: 'types', run: command('tsc', '-b') },
    { name: 'types of tests', run: command('tsc', '-p', 'tsconfig.tests.json') },
    { name: 'generated files', run: () => generatedAreCurrent(root) },
    {
      name: 'boundaries',
      showOutput: true,
      run: command('vitest', 'run', '--no-isolate', '--project', 'architecture'),
    },
    { name: 'unit tests', run: command('vitest', 'run', '--no-isolate', '--project', 'unit') },
  ];
}

async function generatedAreCurrent(root: string): Promise<CommandResult> {
  const paths = await outdated(root, GENERATED_FOLDERS, await generatedFiles(root));
  return { passed: paths.length === 0, output: `Run \`npm run generate\`. Out of date:\n${paths.join('\n')}` };
}
