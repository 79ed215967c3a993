import { compareDistributions, type Weights } from './compare-distributions.js';
import type { ComparedPositions } from './measure-protocol.js';

export type Side = 'parent' | 'candidate';

/** Brings the two distributions of each position of a chunk together, whichever comes first, and keeps only what is not compared yet. */
export class PositionPairs {
  private readonly waiting = new Map<number, { readonly side: Side; readonly weights: Weights }>();
  private readonly kl: number[] = [];
  private readonly parentNll: number[] = [];
  private readonly candidateNll: number[] = [];
  private readonly sameTop: boolean[] = [];

  /** @param next The token that the text has after each position */
  constructor(private readonly next: readonly number[]) {}

  add(side: Side, position: number, weights: Weights): void {
    const other = this.waiting.get(position);
    if (!other) {
      this.waiting.set(position, { side, weights });
      return;
    }
    this.waiting.delete(position);
    const [parent, candidate] = side === 'parent' ? [weights, other.weights] : [other.weights, weights];
    const compared = compareDistributions(parent, candidate, this.next[position] ?? 0);
    this.kl[position] = compared.kl;
    this.parentNll[position] = compared.parentNll;
    this.candidateNll[position] = compared.candidateNll;
    this.sameTop[position] = compared.sameTop;
  }

  get compared(): ComparedPositions {
    return { kl: this.kl, parentNll: this.parentNll, candidateNll: this.candidateNll, sameTop: this.sameTop };
  }
}
