/** What stops a command and what its user can do about it; shown as one line. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
}

/** What was typed is wrong: the command did nothing, and its exit code is 2. */
export class InputError extends CliError {
  override readonly name = 'InputError';
}
