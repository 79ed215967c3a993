import { isWeirError } from '@weir/errors';
import { CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import { buildProgram } from './program.js';
import type { Environment } from './surroundings/installation.js';
import { Terminal } from './terminal/terminal.js';

export interface CliRun {
  /** Words after `weir`. */
  readonly args: readonly string[];
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  /** Default: the environment of the process. */
  readonly env?: Environment;
}

/** Runs one command to its end and returns the exit code: 0, or 1 after one line on `err`. */
export async function runCli({ args, out, err, env }: CliRun): Promise<number> {
  const program = buildProgram(new Terminal(out), env);
  for (const command of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => void out.write(text), writeErr: (text) => void err.write(text) });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    err.write(`weir: ${lineOf(error)}\n`);
    return 1;
  }
}

function lineOf(error: unknown): string {
  if (isWeirError(error)) return `${error.message} (${error.code})`;
  if (error instanceof CliError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\n', ' ') || 'the command failed without a word';
}
