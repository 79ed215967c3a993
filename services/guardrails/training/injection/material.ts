import { viewsOf } from '../../src/text/views-of.js';
import { BagMaker, type Bag, type Shape } from '../kit/bag.js';
import { foldedOf } from '../kit/folded.js';
import { splitOf, type Split } from '../kit/folds.js';
import type { DataFolder, Row } from '../kit/rows.js';
import type { Example } from '../kit/instances.js';
import { ownMaterial } from '../material/own-material.js';
import { hidden, scrambled } from './augmented.js';
import { documentKeys } from './document-keys.js';
import { labelledRows } from './labelled-rows.js';
import type { Label, Sample } from './sample.js';

export const FOLDS = 5;

/** A measured row, read once. */
export interface Measured extends Sample {
  readonly row: Row;
  readonly bag: Bag;
  /** Whether it may be learnt from at all. */
  readonly trainable: boolean;
  readonly heldOut: boolean;
  readonly fold: number;
  readonly group: number;
}

type Learnt = Sample & { readonly bag: Bag; readonly group: number };

const HIDDEN_WEIGHT = 0.15;
const HIDDEN_SHARE = { attack: 1, harmless: 0.15 } as const;

/** Everything that is learnt from or measured, as bags. */
export class Material {
  readonly rows: readonly Measured[];
  readonly #own: readonly Learnt[];
  /** Hidden copies of rows, as views show them, and harmless rows that nothing decodes; `of`: the row. */
  readonly #hidden: readonly { readonly bag: Bag; readonly of: Measured }[];

  constructor(data: DataFolder, shape: Shape) {
    const maker = new BagMaker(shape);
    const rows = labelledRows(data);
    const split: Split = splitOf(documentKeys(rows.map((sample) => sample.row)), FOLDS);
    this.rows = rows.map((sample, index) => ({
      ...sample,
      bag: maker.bagOf(foldedOf(sample.text)),
      heldOut: split.heldOut[index]!,
      fold: split.fold[index]!,
      group: split.groups[index]!,
    }));
    this.#hidden = this.rows.flatMap((of) => {
      const share = of.row.label === 'attack' ? HIDDEN_SHARE.attack : HIDDEN_SHARE.harmless;
      if (!of.trainable || of.heldOut) return [];
      const copies = hidden(of.text, share).map(readable);
      if (of.row.label !== 'attack') copies.push(foldedOf(scrambled(of.text)));
      return copies.map((copy) => ({ bag: maker.bagOf(copy), of }));
    });
    this.#own = ownMaterial().map((sample, index) => ({
      ...sample,
      bag: maker.bagOf(foldedOf(sample.text)),
      group: rows.length + index,
    }));
  }

  /** What a head learns from: our own texts, and rows that are neither held out nor in the fold `without`. */
  examples(label: Label, without: number | undefined): Example[] {
    const rows = this.rows.filter((row) => row.trainable && !row.heldOut && row.fold !== without);
    const copies = this.#hidden
      .filter(({ of }) => of.fold !== without)
      .map(({ bag, of }) => ({ ...of, bag, weight: of.weight * HIDDEN_WEIGHT }));
    return [...rows, ...copies, ...this.#own].flatMap(({ bag, answers, weight, group }) => {
      const positive = answers[label];
      return positive === undefined ? [] : [{ bag, positive, weight, group }];
    });
  }
}

/** The longest view of a hidden text that says something: what was decoded, or the folded view. */
function readable(text: string): string {
  const views = viewsOf(text);
  const decoded = views.decoded.map((view) => view.text).filter((one) => one.length > text.length / 2);
  return foldedOf(decoded[0] ?? text);
}
