import { Classifier } from '../../src/detector/classifier/classifier.js';
import { loadModel } from '../../src/detector/classifier/load-model.js';
import { HARM_LABELS, type HarmLabel } from '../../src/detector/toxicity/harm.js';
import { foldedOf } from '../kit/folded.js';
import { markdownTable, percent, shareOf } from '../kit/report.js';
import type { LabelMargins } from './calibrate.js';
import type { Corpus } from './corpus.js';
import { isOrdinary } from './train.js';

const LOW = 0.01;
const HIGH = 0.05;
const OPERATING_POINT = 0.5;

type Scores = ReadonlyMap<HarmLabel, number>;

/** What a written model does with the rows that were held out, as Markdown. */
export function reportOf(corpus: Corpus, file: Uint8Array): string {
  const classifier = new Classifier(loadModel(file));
  const held = corpus.rows.flatMap((_, index) => (corpus.split.heldOut[index] ? [index] : []));
  const scores = new Map(held.map((index) => [index, scoresOf(classifier, corpus.rows[index]!.text)]));
  return `${recallTable(corpus, scores)}\n\n${alarmTable(corpus, scores)}`;
}

function scoresOf(classifier: Classifier, text: string): Scores {
  return new Map(classifier.scores(foldedOf(text)).map(({ label, score }) => [label as HarmLabel, score]));
}

/** Recall at two rates of false alarms on ordinary texts, and at the operating point with its own false alarms. */
function recallTable(corpus: Corpus, scores: ReadonlyMap<number, Scores>): string {
  const rows = HARM_LABELS.map((label) => {
    const held = [...scores].map(([index, of]) => ({ index, score: of.get(label)! }));
    const quiet = held.filter(({ index }) => isOrdinary(corpus, index)).map(({ score }) => score);
    const loud = held.filter(({ index }) => corpus.rows[index]!.answers[label] === true).map(({ score }) => score);
    const recalls = [limit(quiet, LOW), limit(quiet, HIGH), OPERATING_POINT].map((at) => reaching(loud, at));
    return [label, ...recalls, reaching(quiet, OPERATING_POINT)];
  });
  return markdownTable(['held out', 'recall at 1 %', 'at 5 %', 'at score 0.5', 'false alarms at 0.5'], rows);
}

/** The same by cross-validation, where rows are not held out; and texts of templates that were not learnt from. */
export function crossValidationTable(margins: readonly LabelMargins[]): string {
  const rows = margins.map(({ label, ordinary, harmful, written }) => {
    const [low, high] = [limit(ordinary, LOW), limit(ordinary, HIGH)];
    return [label, reaching(harmful, low), reaching(harmful, high), reaching(written, low), reaching(written, high)];
  });
  return markdownTable(['cross-validated', 'rows at 1 %', 'at 5 %', 'own texts at 1 %', 'at 5 %'], rows);
}

function reaching(scores: readonly number[], at: number): string {
  return percent(shareOf(scores, (score) => score >= at));
}

/** The lowest threshold that at most this share of scores reaches. */
function limit(scores: readonly number[], rate: number): number {
  const sorted = scores.toSorted((one, other) => other - one);
  return (sorted[Math.floor(rate * sorted.length)] ?? 0) + 1e-9;
}

/** How many rows of each source any category fires on: caught where they are toxic, false alarms where they are not. */
function alarmTable(corpus: Corpus, scores: ReadonlyMap<number, Scores>): string {
  const fires = (index: number): boolean =>
    HARM_LABELS.some((label) => scores.get(index)!.get(label)! >= OPERATING_POINT);
  const kinds = new Map<string, number[]>();
  for (const index of scores.keys()) {
    const { row } = corpus.rows[index]!;
    const detail = row.file === 'toxicity_tweets' ? (row.categories ?? []).join() : row.source;
    const kind = `${row.file}: ${row.label}, ${detail || 'davidson'}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), index]);
  }
  kinds.set(
    '**all ordinary texts (no tweets)**',
    [...scores.keys()].filter((index) => isOrdinary(corpus, index)),
  );
  const rows = [...kinds].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return markdownTable(
    ['held out', 'any category at 0.5'],
    rows.map(([kind, indices]) => [kind, percent(shareOf(indices, fires))]),
  );
}
