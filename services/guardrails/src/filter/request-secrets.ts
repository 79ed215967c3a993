import type { PseudonymVault } from '../pseudonym/pseudonym-vault.js';

/** What belongs to one request alone. */
export interface RequestSecrets {
  /** What stands for a value of the request, with the value; its originals come back in the answer. */
  readonly restore: readonly { readonly pseudonym: string; readonly original: string }[];
  /** Marks that must not come out. */
  readonly canaries: readonly string[];
  /** Undefined = values are masked where a policy says pseudonymise. */
  readonly pseudonyms: PseudonymVault | undefined;
  /** The text is JSON: it is read as its strings say, and what is put in is escaped as in a JSON string. */
  readonly json: boolean;
}
