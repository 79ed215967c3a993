/** What stops a start and what the reader can do about it; shown as one line, without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The text of any thrown thing. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
