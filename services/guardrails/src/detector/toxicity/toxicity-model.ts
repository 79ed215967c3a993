import type { TextView, TextViews } from '../../text/text-views.js';
import { Classifier } from '../classifier/classifier.js';
import type { LinearModel } from '../classifier/linear-model.js';
import { loadModel } from '../classifier/load-model.js';
import type { Span } from '../verdict-words.js';
import { TOXIC, type Harm } from './harm.js';
import { minorsScore } from './minors-guard.js';

/** A category of harm, or abusive language as a whole. */
export type ScoredHarm = Harm | typeof TOXIC;

/** How much of a harm a text holds at most, and where, in UTF-16 code units of the original. */
export interface HarmScore extends Span {
  readonly harm: ScoredHarm;
  /** Calibrated, 0 to 1; 0.5 is the operating point. */
  readonly score: number;
}

const MAX_DECODED = 16;
/** How far from a sexual passage somebody may stand to be part of it, in UTF-16 code units. */
const REACH = 120;

/** Scores texts for every harm. Reuses buffers: one call at a time. */
export class ToxicityModel {
  readonly #classifier: Classifier;

  constructor(model: LinearModel) {
    this.#classifier = new Classifier(model);
  }

  /** One score per harm, the highest of the text and of what was encoded in it, in a fixed order. */
  scores(views: TextViews): readonly HarmScore[] {
    const best = new Map<ScoredHarm, HarmScore>();
    const readings = [views.folded, ...views.decoded.slice(0, MAX_DECODED)];
    for (const view of readings) {
      for (const found of this.#read(view, views)) {
        if (found.score > (best.get(found.harm)?.score ?? -1)) best.set(found.harm, found);
      }
    }
    return [...best.values()];
  }

  #read(view: TextView, { original, folded }: TextViews): HarmScore[] {
    const scores = this.#classifier.scores(view === folded ? view.text : view.text.toLowerCase());
    return scores.flatMap(({ label, score, start, end }) => {
      const span = view.originalSpan(start, end);
      if (label !== 'sexual') return { harm: label as ScoredHarm, score, ...span };
      const passage = `${around(view.text, { start, end })}\n${around(original, span)}`;
      return [
        { harm: 'sexual' as const, score, ...span },
        { harm: 'sexual/minors' as const, score: minorsScore(passage, score), ...span },
      ];
    });
  }
}

/** @throws WeirError `artifact_mismatch` for bytes that are no model. */
export function readToxicityModel(bytes: Uint8Array): ToxicityModel {
  return new ToxicityModel(loadModel(bytes));
}

function around(text: string, { start, end }: Span): string {
  return text.slice(Math.max(0, start - REACH), end + REACH);
}
