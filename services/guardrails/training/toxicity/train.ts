import { HARM_LABELS, TOXIC, type HarmLabel } from '../../src/detector/toxicity/harm.js';
import type { LinearModel } from '../../src/detector/classifier/linear-model.js';
import { WindowReader, type Bag, type Shape } from '../kit/bag.js';
import { buildModel } from '../kit/build-model.js';
import { trainHead, type TrainerOptions } from '../kit/trainer.js';
import { calibrate, type LabelMargins } from './calibrate.js';
import { examplesFor, type Corpus } from './corpus.js';

export const SHAPE: Shape = { bits: 17, windows: [1, 24, 120], smoothing: 150 };
export const FOLDS = 4;
const OPTIONS = { rounds: 2, epochs: 5, learningRate: 0.4, negativeWindows: 2, seed: 7 };
/** Labels with thousands of rows; the others have a few dozen and want stronger regularisation. */
const LARGE: readonly HarmLabel[] = [TOXIC, 'harassment'];
const L2 = { large: 1e-5, small: 3e-3 };
/** Of ordinary texts, by all labels together. Weights learnt from all folds lie a little higher: it comes to about 1 %. */
const FALSE_ALARMS = 0.006;

export function optionsFor(label: HarmLabel): TrainerOptions {
  return { ...OPTIONS, l2: LARGE.includes(label) ? L2.large : L2.small };
}

export interface Trained {
  readonly model: LinearModel;
  readonly margins: readonly LabelMargins[];
}

/** Trains all labels: margins by cross-validation, weights on all that is not held out. */
export function train(corpus: Corpus, provenance: Readonly<Record<string, string>>): Trained {
  const margins = HARM_LABELS.map((label) => crossValidated(corpus, label));
  const calibrations = calibrate(margins, FALSE_ALARMS);
  const heads = HARM_LABELS.map((label) => ({
    name: label,
    head: trainHead(examplesFor(corpus, label, undefined), SHAPE, optionsFor(label)),
    ...calibrations.get(label)!,
  }));
  return { model: buildModel('toxicity', SHAPE, heads, provenance), margins };
}

function crossValidated(corpus: Corpus, label: HarmLabel): LabelMargins {
  const reader = new WindowReader(SHAPE);
  const { rows, bags, split, own, ownBags, ownFold } = corpus;
  const ofRows = new Map<number, number>();
  const ofOwn: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const head = trainHead(examplesFor(corpus, label, fold), SHAPE, optionsFor(label));
    const margin = (bag: Bag): number => reader.highest(bag, head.weights, head.bias);
    bags.forEach((bag, index) => {
      if (!split.heldOut[index] && split.fold[index] === fold) ofRows.set(index, margin(bag));
    });
    ownBags.forEach((bag, index) => {
      if (ownFold[index] === fold && own[index]!.answers[label] === true) ofOwn.push(margin(bag));
    });
  }
  const marginsOf = (fits: (index: number) => boolean): number[] =>
    [...ofRows].toSorted(([one], [other]) => one - other).flatMap(([index, margin]) => (fits(index) ? [margin] : []));
  return {
    label,
    ordinary: marginsOf((index) => isOrdinary(corpus, index)),
    harmful: marginsOf((index) => rows[index]!.answers[label] === true),
    written: ofOwn,
  };
}

/** Tweets are no ordinary traffic: all of them were collected for a word of a list of slurs. */
export function isOrdinary({ rows }: Corpus, index: number): boolean {
  const { row } = rows[index]!;
  return (row.label === 'ok' || row.label === 'benign') && row.file !== 'toxicity_tweets';
}
