import type { CheckInput, TextCheck } from '../detector/text-check.js';

/** A check that has nothing to say about some inputs, and then need not be asked: its breaker does not matter for them. */
export interface SelectiveCheck extends TextCheck {
  applies(input: CheckInput): boolean;
}

/** False when the check says so itself. */
export function appliesTo(check: TextCheck, input: CheckInput): boolean {
  return !('applies' in check && typeof check.applies === 'function') || check.applies(input) === true;
}
