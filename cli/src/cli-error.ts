/** What stops a command and what its user can do about it; shown as one line. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
