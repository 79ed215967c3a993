import { MODERATION_CATEGORIES } from '../../detector/toxicity/harm.js';
import type { Detection } from '../inspection/detection.js';

/** One result of the moderation API. `threshold`: score from which a category counts. */
export function moderationResult(found: readonly Detection[], threshold: number) {
  const scores = MODERATION_CATEGORIES.map((category) => [category, scoreWithin(found, category)] as const);
  return {
    flagged: scores.some(([, score]) => score >= threshold),
    categories: Object.fromEntries(scores.map(([category, score]) => [category, score >= threshold])),
    category_scores: Object.fromEntries(scores),
    category_applied_input_types: Object.fromEntries(MODERATION_CATEGORIES.map((category) => [category, ['text']])),
  };
}

/** What is found of a category; by their definitions `hate/threatening` is hate, and so on. */
function scoreWithin(found: readonly Detection[], category: string): number {
  const within = ({ detection }: Detection) => detection === category || detection.startsWith(`${category}/`);
  return found.reduce((most, one) => (within(one) ? Math.max(most, one.score) : most), 0);
}
