/** What benchmarks need of the training: which rows its weights have not seen, and the forms that attacks hide in. */
import { documentKeys } from './injection/document-keys.js';
import { labelledRows } from './injection/labelled-rows.js';
import { FOLDS } from './injection/material.js';
import type { Sample } from './injection/sample.js';
import { readCorpus } from './toxicity/corpus.js';
import { reportOf } from './toxicity/report.js';
import { FOLDS as TOXICITY_FOLDS, SHAPE as TOXICITY_SHAPE } from './toxicity/train.js';
import { splitOf } from './kit/folds.js';
import { DataFolder, type Row } from './kit/rows.js';

export { OBFUSCATIONS } from './injection/obfuscations.js';
export { lineOf } from './injection/tables.js';
export { percent, shareOf, wilson, type Share } from './kit/report.js';

export interface SplitRow extends Sample {
  readonly row: Row;
  /** Whether it may be learnt from at all. */
  readonly trainable: boolean;
  /** Never learnt from, so that it can be reported on. */
  readonly heldOut: boolean;
}

/** The rows that the injection classifier is measured on, with the part of the data that each belongs to. */
export function rowsWithSplit(folder: string): SplitRow[] {
  const rows = labelledRows(new DataFolder(folder));
  const { heldOut } = splitOf(documentKeys(rows.map(({ row }) => row)), FOLDS);
  return rows.map((sample, index) => ({ ...sample, heldOut: heldOut[index] ?? false }));
}

/** What the toxicity weights do with the rows that they have not seen, as Markdown tables. */
export function toxicityReport(folder: string, weights: Uint8Array): string {
  return reportOf(readCorpus(new DataFolder(folder), TOXICITY_SHAPE, TOXICITY_FOLDS), weights);
}
