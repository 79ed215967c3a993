import type { HarmLabel } from '../../src/detector/toxicity/harm.js';
import { slopeAt, type Judged } from '../kit/calibration.js';

/** Cross-validated margins of one label: of ordinary texts, and of texts that are harmful in this way. */
export interface LabelMargins {
  readonly label: HarmLabel;
  /** In one order of texts for all labels. */
  readonly ordinary: readonly number[];
  readonly harmful: readonly number[];
  /** Texts of the same kind that were written for the training; templates that were learnt from are not among them. */
  readonly written: readonly number[];
}

export interface Calibration {
  readonly offset: number;
  readonly slope: number;
}

/** Written texts stand in where there are fewer rows of data to choose an offset by. */
const FEW = 10;
/** The middle one of ordinary texts scores at most about 0.03. */
const QUIET = 3.5;
/** Above the highest ordinary text, so that it is no alarm. */
const CLEARANCE = 0.05;

/**
 * Offsets at which all labels together raise at most `rate` false alarms on ordinary texts. All begin above every ordinary
 * text; then, one by one, the label whose recall grows most for each text more that raises an alarm goes down to it.
 */
export function calibrate(margins: readonly LabelMargins[], rate: number): Map<HarmLabel, Calibration> {
  const labels = margins.map((one) => new Descent(one));
  const allowed = Math.floor(rate * (margins[0]?.ordinary.length ?? 0));
  const alarmed = new Set<number>();
  for (;;) {
    const steps = labels.flatMap((label) => label.steps(alarmed, allowed - alarmed.size));
    const best = steps.toSorted((one, other) => other.gain - one.gain)[0];
    if (!best || best.gain <= 0) break;
    best.take(alarmed);
  }
  return new Map(labels.map((label) => [label.margins.label, label.calibration()]));
}

interface Step {
  /** Recall per new alarm. */
  readonly gain: number;
  take(alarmed: Set<number>): void;
}

/** The threshold of one label on its way down. */
class Descent {
  readonly #order: readonly number[];
  readonly #harmful: readonly number[];
  #passed = 0;

  constructor(readonly margins: LabelMargins) {
    const { ordinary, harmful, written } = margins;
    this.#harmful = harmful.length < FEW ? [...harmful, ...written] : harmful;
    this.#order = ordinary.map((_, text) => text).toSorted((one, other) => ordinary[other]! - ordinary[one]!);
  }

  /** Going down past one or more ordinary texts, as far as new alarms are left. */
  steps(alarmed: ReadonlySet<number>, left: number): Step[] {
    const steps: Step[] = [];
    let cost = 0;
    for (let passed = this.#passed + 1; passed < this.#order.length; passed++) {
      if (!alarmed.has(this.#order[passed - 1]!)) cost += 1;
      if (cost > left) break;
      const caught = this.#recall(passed) - this.#recall(this.#passed);
      steps.push({ gain: caught / Math.max(cost, 0.1), take: (raised) => this.#take(passed, raised) });
    }
    return steps;
  }

  calibration(): Calibration {
    const { ordinary } = this.margins;
    const offset = this.#offset(this.#passed);
    const middle = ordinary[this.#order[this.#order.length >> 1] ?? -1] ?? offset - 1;
    const unit = Math.max(1e-3, offset - middle);
    if (this.#harmful.length < FEW) return { offset, slope: QUIET / unit };
    const inUnits = (margins: readonly number[], positive: boolean): Judged[] =>
      margins.map((margin) => ({ margin: (margin - offset) / unit, positive }));
    const fitted = slopeAt([...inUnits(ordinary, false), ...inUnits(this.#harmful, true)], 0);
    return { offset, slope: Math.max(QUIET, fitted) / unit };
  }

  #take(passed: number, alarmed: Set<number>): void {
    for (const text of this.#order.slice(0, passed)) alarmed.add(text);
    this.#passed = passed;
  }

  #recall(passed: number): number {
    const offset = this.#offset(passed);
    return this.#harmful.filter((margin) => margin >= offset).length / Math.max(FEW, this.#harmful.length);
  }

  /** Just above the next ordinary text; between it and the one before where that one is near. */
  #offset(passed: number): number {
    const next = this.margins.ordinary[this.#order[passed] ?? -1] ?? 0;
    const before = this.margins.ordinary[this.#order[passed - 1] ?? -1] ?? Number.POSITIVE_INFINITY;
    return Math.min(next + CLEARANCE, (next + before) / 2);
  }
}
