import { MODERATION_CATEGORIES } from '../../detector/toxicity/harm.js';
import type { Detection } from '../inspection/detection.js';

/** One result of the moderation API. `threshold`: score from which a category counts. */
export function moderationResult(found: readonly Detection[], threshold: number) {
  const scores = MODERATION_CATEGORIES.map((category) => [category, scoreOf(found, category)] as const);
  return {
    flagged: scores.some(([, score]) => score >= threshold),
    categories: Object.fromEntries(scores.map(([category, score]) => [category, score >= threshold])),
    category_scores: Object.fromEntries(scores),
    category_applied_input_types: Object.fromEntries(MODERATION_CATEGORIES.map((category) => [category, ['text']])),
  };
}

function scoreOf(found: readonly Detection[], category: string): number {
  return found.reduce((most, { detection, score }) => (detection === category ? Math.max(most, score) : most), 0);
}
