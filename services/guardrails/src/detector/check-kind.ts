import type { z } from 'zod';
import type { DetectorSpec } from './detector.js';
import type { TextCheck } from './text-check.js';

/** What a definition in a policy becomes: values that can be found in streams, or a check on texts. */
export type CompiledCheck =
  | { readonly kind: 'patterns'; readonly patterns: readonly DetectorSpec[] }
  | { readonly kind: 'check'; readonly check: TextCheck };

/** A kind of check that policies define for themselves, for example a list of words. */
export interface CheckKind<Definition extends { readonly kind: string }> {
  readonly kind: Definition['kind'];
  /** The definition as a policy writes it (snake_case), with its bounds; unknown fields are refused. */
  readonly schema: z.ZodType<Definition>;
  /**
   * `name`: of the check in the policy, unique there; ids of patterns begin with `<name>.`.
   * @throws WeirError `invalid_configuration` for what cannot be compiled within its bounds.
   */
  compile(name: string, definition: Definition): CompiledCheck;
}
