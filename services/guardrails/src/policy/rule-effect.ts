import type { Action } from '../detector/verdict-words.js';
import type { PolicyRule } from './policy.js';

/** Whether nothing goes on: neither the text nor a part of it. */
export function isHeld(action: Action): boolean {
  return action === 'block' || action === 'require_approval';
}

/** Whether nothing more of a text may leave under the rule. */
export function stops({ action, shadow }: PolicyRule): boolean {
  return !shadow && isHeld(action);
}

/** Whether what was found is taken out of the text; flags and shadowed rules leave it as it is. */
export function takesOut({ action, shadow }: PolicyRule): boolean {
  return !shadow && (action === 'mask' || action === 'replace' || action === 'pseudonymise');
}
