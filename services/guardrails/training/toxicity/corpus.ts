import type { HarmLabel } from '../../src/detector/toxicity/harm.js';
import { BagMaker, type Bag, type Shape } from '../kit/bag.js';
import { foldedOf } from '../kit/folded.js';
import { splitOf, type Split } from '../kit/folds.js';
import type { DataFolder, Row } from '../kit/rows.js';
import { stableHash } from '../kit/stable-hash.js';
import type { Example } from '../kit/instances.js';
import type { Term } from './lexicon-samples.js';
import { labelledRows } from './labelled-rows.js';
import { ownSamples, type OwnSample } from './own-samples.js';
import type { HarmSample } from './sample.js';

/** Marks that stand for names and links in the data; the model must not learn them. */
const MASKS = /@user\b|<(?:url|email|phone|person|organization|ipaddress|\w{2,20})>|\bRT\b/gi;

/** Everything that is learnt from or measured, with its part. */
export interface Corpus {
  readonly rows: readonly (HarmSample & { readonly row: Row })[];
  readonly bags: readonly Bag[];
  readonly split: Split;
  readonly own: readonly OwnSample[];
  readonly ownBags: readonly Bag[];
  /** Texts of one template are in one fold. */
  readonly ownFold: readonly number[];
}

export function readCorpus(data: DataFolder, shape: Shape, folds: number): Corpus {
  const rows = labelledRows(data);
  const own = ownSamples(data.rows('lexicon_profanity') as unknown as Term[]);
  const maker = new BagMaker(shape);
  return {
    rows,
    bags: rows.map(({ text }) => maker.bagOf(foldedOf(text.replace(MASKS, ' ')))),
    split: splitOf(
      rows.map(({ text }) => text),
      folds,
    ),
    own,
    ownBags: own.map(({ text }) => maker.bagOf(foldedOf(text))),
    ownFold: own.map(({ template }) => stableHash(template) % folds),
  };
}

/** What a label is learnt from: rows with an answer that are not held out, without one fold, and the own texts. */
export function examplesFor(corpus: Corpus, label: HarmLabel, withoutFold: number | undefined): Example[] {
  const { rows, bags, split, own, ownBags, ownFold } = corpus;
  const learnt = rows.flatMap(({ answers, weight, trainable }, index): Example[] => {
    const positive = answers[label];
    if (positive === undefined || !trainable || split.heldOut[index] || split.fold[index] === withoutFold) return [];
    return [{ bag: bags[index]!, positive, weight, group: split.groups[index]! }];
  });
  const groups = new Map<string, number>();
  const written = own.flatMap(({ answers, weight, template }, index): Example[] => {
    const group = groups.get(template) ?? rows.length + groups.size;
    groups.set(template, group);
    const positive = answers[label];
    if (positive === undefined || ownFold[index] === withoutFold) return [];
    return [{ bag: ownBags[index]!, positive, weight, group }];
  });
  return balanced([...learnt, ...written]);
}

/** The rarer answer counts as much as a quarter of the other one, at least. */
const RARER_SHARE = 0.25;

function balanced(examples: readonly Example[]): Example[] {
  const sum = (positive: boolean): number =>
    examples.reduce((total, example) => total + (example.positive === positive ? example.weight : 0), 0);
  const factor = Math.max(1, (RARER_SHARE * sum(false)) / Math.max(1, sum(true)));
  const raised = Math.min(factor, 8);
  return examples.map((example) => (example.positive ? { ...example, weight: example.weight * raised } : example));
}
