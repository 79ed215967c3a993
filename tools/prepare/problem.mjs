/** What stops a command and what the reader can do about it; shown as one line, without a stack. */
export class Problem extends Error {}

/** Ends this program: one line for a problem with a known fix, the stack for anything else. */
export function fail(error) {
  if (error instanceof Problem) process.stderr.write(`weir: ${error.message}\n`);
  else console.error(error);
  process.exit(1);
}
