import { createHash } from 'node:crypto';
import type { CheckFinding, ConversationText, TextCheck } from '../text-check.js';
import { categoryHazards, TOXIC } from './harm.js';
import { readToxicityModel, type HarmScore, type ToxicityModel } from './toxicity-model.js';

const THRESHOLD = 0.5;
/** Scores below say nothing. */
const WORTH_TELLING = 0.05;
const STREAM_WINDOW = 240;

/** Harmful content by category: one finding per category, and `toxic` for the highest of all. */
export function toxicityCheck(model: Uint8Array): TextCheck {
  const toxicity = readToxicityModel(model);
  return {
    id: 'toxicity',
    version: createHash('sha256').update(model).digest('hex'),
    threshold: THRESHOLD,
    stream: STREAM_WINDOW,
    check: ({ texts }) => texts.flatMap((text) => findingsIn(text, toxicity)),
  };
}

function findingsIn({ path, views }: ConversationText, model: ToxicityModel): CheckFinding[] {
  const scores = model.scores(views).filter(({ score }) => score > WORTH_TELLING);
  if (scores.length === 0) return [];
  const highest = scores.reduce((best, one) => (one.score > best.score ? one : best));
  const overall = finding(path, { ...highest, harm: TOXIC });
  return [overall, ...scores.filter(({ harm }) => harm !== TOXIC).map((score) => finding(path, score))];
}

function finding(path: string, { harm, start, end, score }: HarmScore): CheckFinding {
  const hazard = harm === TOXIC ? undefined : categoryHazards[harm];
  return { path, start, end, score, category: 'toxicity', entity: harm, ...(hazard ? { hazard } : {}) };
}
