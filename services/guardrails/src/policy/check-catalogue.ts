import type { CheckKind } from '../detector/check-kind.js';
import type { DetectorSpec } from '../detector/detector.js';
import type { TextCheck } from '../detector/text-check.js';

/** Everything that a policy can name, and every kind of check that it can define for itself. */
export interface CheckCatalogue {
  readonly detectors: readonly DetectorSpec[];
  readonly checks: readonly TextCheck[];
  readonly kinds: readonly CheckKind<{ readonly kind: string }>[];
  /** Names how texts are normalised before checks read them; part of every policy's SHA-256. */
  readonly normalizer: string;
}

/** `@Inject(CHECK_CATALOGUE) catalogue: CheckCatalogue`. */
export const CHECK_CATALOGUE = Symbol('guardrails check catalogue');
