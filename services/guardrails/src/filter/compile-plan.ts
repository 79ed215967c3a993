import { WeirError } from '@weir/errors';
import type { DetectorSpec } from '../detector/detector.js';
import type { FilterPlan, RuleLookup } from './filter-plan.js';
import { escapeJson } from './reading/unit-group.js';
import { Scanner, scanWhole } from './scanner.js';
import { WARM_UP_TEXT } from './warm-up-text.js';

/** In JSON they would end the string that a value stood in, or make it unreadable. */
const breaksJson = (text: string): boolean => escapeJson(text) !== text;

/**
 * Compiles the detectors of a policy at one stage, once for all streams.
 * @throws WeirError `invalid_configuration` for two detectors of one id, a pattern that cannot be read or is too large, and
 *   a replacement that would break JSON.
 */
export function compilePlan(detectors: readonly DetectorSpec[], ruleOf: RuleLookup): FilterPlan {
  const seen = new Set<string>();
  for (const { id, replacement } of detectors) {
    if (seen.has(id)) throw new WeirError('invalid_configuration', `Two detectors are named ${JSON.stringify(id)}.`);
    seen.add(id);
    if (typeof replacement === 'string' && breaksJson(replacement)) {
      throw new WeirError('invalid_configuration', `The replacement of ${JSON.stringify(id)} would break JSON.`);
    }
  }
  const scanner = Scanner.compile(detectors);
  // Most states of the automaton that texts need are made here, and not while somebody waits for an answer.
  scanWhole(scanner, WARM_UP_TEXT);
  return { detectors, scanner, maxHoldback: scanner.maxHoldback, ruleOf };
}
