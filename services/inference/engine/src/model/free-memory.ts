import { ChildError } from '../child-error.js';

export interface FreeMemory {
  /** Bytes that this process may still take. */
  readonly available: number;
  /** Bytes that must stay free. */
  readonly reserve: number;
}

/**
 * `needs` begins the sentence, for example `The model needs`.
 * @throws ChildError `insufficient_memory` with the numbers
 */
export function requireFree(needs: string, needed: number, { available, reserve }: FreeMemory): void {
  if (needed + reserve <= available) return;
  throw new ChildError(
    'insufficient_memory',
    `${needs} ${mebibytes(needed)} MiB and ${mebibytes(reserve)} MiB must stay free, ` +
      `but only ${mebibytes(available)} MiB are available.`,
    { needed_bytes: needed, available_bytes: available, reserve_bytes: reserve },
  );
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
