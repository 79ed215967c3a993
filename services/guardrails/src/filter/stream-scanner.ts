import type { Detector } from '../detector/detector.js';
import type { CharSet } from '../pattern/char-set.js';
import { DEAD, START, step } from '../pattern/automaton.js';

/** A value that a detector found: half-open span in UTF-16 code units from the beginning of the stream. */
export interface Match {
  readonly detector: Detector;
  readonly start: number;
  /** Grows while the tail of the value goes on. */
  readonly end: number;
  /** The value without its tail. */
  readonly value: string;
}

type GrowingMatch = { -readonly [K in keyof Match]: Match[K] };

/** A detector on its way through a candidate. */
interface Run {
  readonly detector: Detector;
  readonly start: number;
  state: number;
  /** Ends at which the pattern matched so far, longest last; only the last two when there is nothing to validate. */
  ends: number[];
}

const START_OF_TEXT = -1;

/**
 * Finds values in text that arrives in pieces. What it finds does not depend on where the pieces are cut. At any time the
 * text before `decidedTo` is decided: no value that is found later begins in it.
 */
export class StreamScanner {
  readonly #detectors: readonly Detector[];
  #runs: Run[] = [];
  #growing: GrowingMatch[] = [];
  #found: Match[] = [];
  #position = 0;
  #previous = START_OF_TEXT;
  /** Text from #windowStart on: long enough to validate candidates. */
  #window = '';
  #windowStart = 0;

  constructor(detectors: readonly Detector[]) {
    this.#detectors = detectors;
  }

  /** Every character before this offset is decided. */
  get decidedTo(): number {
    let decided = this.#position;
    for (const run of this.#runs) if (run.start < decided) decided = run.start;
    return decided;
  }

  /** Candidates that are followed now; bounded by the longest value, not by the length of the text. */
  get candidates(): number {
    return this.#runs.length;
  }

  push(text: string): void {
    this.#window += text;
    for (let index = 0; index < text.length; index++) this.#read(text.charCodeAt(index));
    this.#trim();
  }

  /** The text is complete: every candidate is decided. */
  end(): void {
    for (const run of this.#runs) this.#settle(run, START_OF_TEXT);
    this.#runs = [];
    this.#growing = [];
  }

  /** Takes the values found since the last call. One of them may grow by its tail later on. */
  takeMatches(): Match[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #read(unit: number): void {
    this.#extendTails(unit);
    let kept = 0;
    for (const run of this.#runs) if (this.#advance(run, unit)) this.#runs[kept++] = run;
    this.#runs.length = kept;
    for (const detector of this.#detectors) {
      if (this.#previous !== START_OF_TEXT && detector.notAfter.has(this.#previous)) continue;
      const state = step(detector.automaton, START, unit);
      if (state === DEAD) continue;
      const run = { detector, start: this.#position, state, ends: [] };
      this.#runs.push(run);
      this.#accept(run, this.#position + 1);
    }
    this.#previous = unit;
    this.#position += 1;
  }

  /** False when the run is over; its matches are then decided. */
  #advance(run: Run, unit: number): boolean {
    const tooLong = this.#position - run.start >= run.detector.maxLength;
    const state = tooLong ? DEAD : step(run.detector.automaton, run.state, unit);
    if (state === DEAD) {
      this.#settle(run, unit);
      return false;
    }
    if (run.ends.at(-1) === this.#position && run.detector.notBefore.has(unit)) run.ends.pop();
    run.state = state;
    this.#accept(run, this.#position + 1);
    return true;
  }

  #accept(run: Run, end: number): void {
    if (!run.detector.automaton.accepting[run.state]) return;
    if (!run.detector.validate && run.ends.length > 1) run.ends.shift();
    run.ends.push(end);
  }

  /** Reports the longest candidate that stands in its surroundings and passes its check. `next` is the unit at #position. */
  #settle(run: Run, next: number): void {
    const { detector, start, ends } = run;
    if (next !== START_OF_TEXT && ends.at(-1) === this.#position && detector.notBefore.has(next)) ends.pop();
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
      const value = this.#window.slice(start - this.#windowStart, end - this.#windowStart);
      if (detector.validate && !detector.validate(value)) continue;
      const match = { detector, start, end, value };
      this.#found.push(match);
      if (detector.tail) this.#startTail(match, detector.tail, next);
      return;
    }
  }

  #startTail(match: GrowingMatch, tail: CharSet, next: number): void {
    // Characters after the value that its own run has read belong to the tail if they fit it.
    while (match.end < this.#position && tail.has(this.#unitAt(match.end))) match.end += 1;
    if (match.end < this.#position || next === START_OF_TEXT || !tail.has(next)) return;
    match.end += 1;
    this.#growing.push(match);
  }

  #extendTails(unit: number): void {
    if (this.#growing.length === 0) return;
    this.#growing = this.#growing.filter((match) => {
      if (!match.detector.tail?.has(unit)) return false;
      match.end = this.#position + 1;
      return true;
    });
  }

  #unitAt(offset: number): number {
    return this.#window.charCodeAt(offset - this.#windowStart);
  }

  #trim(): void {
    const keepFrom = this.decidedTo;
    this.#window = this.#window.slice(keepFrom - this.#windowStart);
    this.#windowStart = keepFrom;
  }
}
