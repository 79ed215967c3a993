import { viewsOf } from '../../text/views-of.js';
import { MODERATION_CATEGORIES, type ModerationCategory } from './harm.js';
import type { ToxicityModel } from './toxicity-model.js';

/** By moderation category: 0 to 1; 0.5 and more is flagged. */
export type ModerationScores = Readonly<Record<ModerationCategory, number>>;

/** How a moderation endpoint scores a text. */
export function moderationScores(model: ToxicityModel, text: string): ModerationScores {
  const scores = new Map(model.scores(viewsOf(text)).map(({ harm, score }) => [harm, score]));
  const entries = MODERATION_CATEGORIES.map((category) => [category, scores.get(category) ?? 0]);
  return Object.fromEntries(entries) as Record<ModerationCategory, number>;
}
