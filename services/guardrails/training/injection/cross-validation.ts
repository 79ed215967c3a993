import { WindowReader } from '../kit/bag.js';
import { offsetForFalseAlarms, slopeAt, type Judged } from '../kit/calibration.js';
import type { Head } from '../kit/instances.js';
import { trainMargins } from '../kit/margin-trainer.js';
import { FOLDS, type Material, type Measured } from './material.js';
import type { Label } from './sample.js';
import { FALSE_ALARMS, SHAPE, TRAINER } from './settings.js';

/** A row with the margin of a head that did not learn from it, nor from anything near it. */
export interface Scored {
  readonly row: Measured;
  readonly margin: number;
}

/** Margins of every row outside of the held-out part, each by the head of the fold that left it out. */
export function crossValidate(material: Material, label: Label): Scored[] {
  const reader = new WindowReader(SHAPE);
  return Array.from({ length: FOLDS }, (_, fold) => {
    const head = trainMargins(material.examples(label, fold), SHAPE, TRAINER);
    return material.rows.filter((row) => !row.heldOut && row.fold === fold).map((row) => scored(row, head, reader));
  }).flat();
}

export function scored(row: Measured, head: Head, reader: WindowReader): Scored {
  return { row, margin: reader.highest(row.bag, head.weights, head.bias) };
}

/** Where 0.5 lies and how steep scores are, by the margins of cross-validation. */
export function calibrate(label: Label, all: readonly Scored[]): { slope: number; offset: number } {
  const judged = all.flatMap(({ row, margin }) => {
    const positive = row.answers[label];
    return positive === undefined ? [] : [{ margin, positive, row }];
  });
  const rate = (rows: readonly Judged[], share: number): number => offsetForFalseAlarms(rows, share);
  const documents = judged.filter(({ row }) => isDocument(row));
  const prompts = judged.filter(({ row }) => !isDocument(row));
  const unseen = prompts.filter(({ row }) => !row.trainable);
  const seen = prompts.filter(({ row }) => row.trainable);
  const offset = Math.max(
    rate(seen, FALSE_ALARMS.prompts),
    label === 'indirect' ? rate(documents, FALSE_ALARMS.documents) : rate(unseen, FALSE_ALARMS.unseenPrompts),
  );
  return { offset, slope: slopeAt(judged, offset) };
}

export function isDocument(row: Measured): boolean {
  return row.row.file === 'indirect_documents';
}
