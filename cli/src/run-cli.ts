import { isWeirError } from '@weir/errors';
import { CommanderError } from 'commander';
import { CliError, InputError } from './cli-error.js';
import { buildProgram } from './program.js';
import type { Environment } from './surroundings/installation.js';
import { Terminal } from './terminal/terminal.js';

const WRONG_INPUT = 2;

export interface CliRun {
  /** Words after `weir`. */
  readonly args: readonly string[];
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  /** Default: the environment of the process. */
  readonly env?: Environment;
}

/** Runs one command to its end and returns the exit code: 0, or after one line on `err` 2 for wrong input and else 1. */
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
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_INPUT;
    err.write(`weir: ${lineOf(error)}\n`);
    const isInput = error instanceof InputError || (isWeirError(error) && error.code === 'invalid_request');
    return isInput ? WRONG_INPUT : 1;
  }
}

function lineOf(error: unknown): string {
  if (isWeirError(error)) return `${error.message} (${error.code})`;
  if (error instanceof CliError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\n', ' ') || 'the command failed without a word';
}
