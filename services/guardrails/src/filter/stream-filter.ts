import type { CompiledPolicy, PolicyAction } from '../policy/policy.js';
import { StreamScanner, type Match } from './stream-scanner.js';

/** A value that was found, with what the policy does about it. The span is in UTF-16 code units of the original text. */
export interface Finding {
  readonly match: Match;
  readonly action: PolicyAction;
}

/**
 * Applies a policy to text that arrives in pieces. The text it gives back is the same however the pieces are cut, and it
 * never holds a value that the policy masks or blocks: what is undecided stays inside until it is decided.
 */
export class StreamFilter {
  readonly #policy: CompiledPolicy;
  readonly #scanner: StreamScanner;
  readonly #findings: Finding[] = [];
  #waiting: Match[] = [];
  /** Text that was read but not yet released or dropped, from #releasedTo on. */
  #held = '';
  #releasedTo = 0;
  #covering: Match[] = [];
  #blocked = false;

  constructor(policy: CompiledPolicy) {
    this.#policy = policy;
    this.#scanner = new StreamScanner(policy.detectors);
  }

  /** True when a value was found that the policy blocks: nothing more is released. */
  get blocked(): boolean {
    return this.#blocked;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Characters that are held back now. */
  get heldBack(): number {
    return this.#held.length;
  }

  /** Takes more text; gives what can be released. */
  push(text: string): string {
    if (this.#blocked) return '';
    this.#held += text;
    this.#scanner.push(text);
    return this.#release();
  }

  /** The text is complete; gives what was held back. */
  end(): string {
    if (this.#blocked) return '';
    this.#scanner.end();
    return this.#release();
  }

  #release(): string {
    const decidedTo = this.#scanner.decidedTo;
    this.#waiting.push(...this.#scanner.takeMatches());
    const ready = this.#waiting.filter((match) => match.start < decidedTo).sort(byPlace);
    this.#waiting = this.#waiting.filter((match) => match.start >= decidedTo);
    let released = '';
    for (const match of ready) {
      const action = this.#policy.actionOf(match.detector.id);
      this.#findings.push({ match, action });
      if (action === 'flag') continue;
      const coveredTo = this.#coveredTo();
      released += this.#copyTo(Math.max(coveredTo, match.start), coveredTo);
      if (action === 'block') {
        this.#blocked = true;
        this.#held = '';
        return released;
      }
      // A value that begins inside another one is gone with it; only what stands alone gets a replacement.
      if (match.start >= coveredTo) released += match.detector.replacement;
      this.#covering.push(match);
    }
    const coveredTo = this.#coveredTo();
    released += this.#copyTo(Math.max(coveredTo, decidedTo), coveredTo);
    this.#covering = this.#covering.filter((match) => match.end >= this.#releasedTo);
    return released;
  }

  /** Up to where values that were replaced reach. */
  #coveredTo(): number {
    return this.#covering.reduce((end, match) => Math.max(end, match.end), 0);
  }

  /** Moves on to `offset` and gives the text in between, except what lies before `coveredTo`. */
  #copyTo(offset: number, coveredTo: number): string {
    const end = Math.min(offset, this.#releasedTo + this.#held.length);
    if (end <= this.#releasedTo) return '';
    const text = this.#held.slice(Math.max(0, coveredTo - this.#releasedTo), end - this.#releasedTo);
    this.#held = this.#held.slice(end - this.#releasedTo);
    this.#releasedTo = end;
    return text;
  }
}

function byPlace(one: Match, other: Match): number {
  return one.start - other.start || other.end - one.end || (one.detector.id < other.detector.id ? -1 : 1);
}
