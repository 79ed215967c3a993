import type { DetectorSpec } from '../detector/detector.js';
import { severity } from '../detector/verdict-words.js';
import type { PolicyRule } from '../policy/policy.js';
import { stops, takesOut } from '../policy/rule-effect.js';
import { CoveredText } from './release/covered-text.js';
import type { FilterPlan } from './filter-plan.js';
import { compareIds, FindingGroup, valueEnd, type Finding } from './release/finding.js';
import { LiteralMatcher } from './scan/literal-matcher.js';
import { asText, replacementFor } from './replacement.js';
import type { RequestSecrets } from './request-secrets.js';
import { StreamScanner } from './stream-scanner.js';
import { TurnQueue } from './release/turn-queue.js';

export type { Match } from './detector-slot.js';
export type { Finding } from './release/finding.js';
export type { RequestSecrets } from './request-secrets.js';

/** Something that was found and whose turn has not come yet: a value, or a pseudonym with its original. */
interface Waiting {
  readonly start: number;
  /** Without a tail. */
  readonly end: number;
  readonly finding?: Finding;
  readonly original?: string;
}

const MAX_FINDINGS = 1_000;
const NO_SECRETS: RequestSecrets = { restore: [], canaries: [], pseudonyms: undefined, json: false };

const CANARY: DetectorSpec = {
  id: 'leak.canary',
  category: 'leak',
  entity: 'CANARY',
  owasp: 'LLM07',
  pattern: '.',
  maxLength: 1,
  replacement: '[REMOVED]',
  score: 1,
};
const CANARY_RULE: PolicyRule = { action: 'block', threshold: 0, shadow: false, replacement: '' };

/**
 * Applies a policy to text that arrives in pieces. The text it gives back and what it finds are the same however the
 * pieces are cut, and it never gives back a value that the policy takes out or stops at: what is undecided stays inside.
 *
 * Of things that overlap, the one that begins first wins, at the same place the longer one, and of the same span the
 * pseudonym that is restored. Values that are taken out and overlap disappear together, under one replacement.
 */
export class StreamFilter {
  readonly #plan: FilterPlan;
  readonly #request: RequestSecrets;
  readonly #scanner: StreamScanner;
  readonly #restored: LiteralMatcher<string> | undefined;
  readonly #canaries: LiteralMatcher<true> | undefined;
  #findings: Finding[] = [];
  #omitted = 0;
  #highestRank = 0;
  readonly #lastOf = new Map<DetectorSpec, Finding>();
  readonly #waiting = new TurnQueue(byTurn);
  /** Values whose replacement is not chosen yet. */
  #group: FindingGroup | undefined;
  readonly #covered = new CoveredText();
  #restoredTo = 0;
  /** Text before it was released or is gone. */
  #releasedTo = 0;
  #mostHeldBack = 0;
  #blocked = false;
  #over = false;

  constructor(plan: FilterPlan, request: RequestSecrets = NO_SECRETS) {
    const { restore, canaries, json } = request;
    this.#plan = plan;
    this.#request = request;
    this.#scanner = new StreamScanner(plan.scanner, { json });
    if (restore.length) {
      const literals = restore.map(({ pseudonym, original }) => [pseudonym, original] as const);
      this.#restored = new LiteralMatcher(literals, { folded: false, json });
    }
    if (canaries.length) {
      this.#canaries = new LiteralMatcher(
        canaries.map((canary) => [canary, true] as const),
        { folded: true, json },
      );
    }
  }

  /** True when a value was found at which the policy stops: nothing more is released. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Values that count, by their place: the first 1,000, and after them only what is treated more strictly. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Values that count and are not among the findings. */
  get findingsOmitted(): number {
    return this.#omitted;
  }

  /** Code units that are held back now. */
  get heldBack(): number {
    return this.#scanner.window.end - this.#releasedTo;
  }

  /** The most that were held back between two calls so far. */
  get mostHeldBack(): number {
    return this.#mostHeldBack;
  }

  /** Takes more text; gives what can be released. */
  push(text: string): string {
    if (this.#over) return '';
    if (!this.#plan.detectors.length && !this.#restored && !this.#canaries) return text;
    this.#scanner.push(text);
    this.#restored?.push(text);
    this.#canaries?.push(text);
    const released = this.#release();
    this.#mostHeldBack = Math.max(this.#mostHeldBack, this.heldBack);
    return released;
  }

  /**
   * No more text comes; gives what was held back.
   * @param continuations how the text may have gone on where it was cut off, an empty one for anyhow; none = it is complete.
   *   Of a value that it was cut off within at most half of its beginning leaves.
   */
  end(continuations: readonly string[] = []): string {
    if (this.#over) return '';
    this.#scanner.end(continuations);
    this.#restored?.end();
    this.#canaries?.end();
    const released = this.#release();
    this.drop();
    return released;
  }

  /** The stream ends early: what is held back is gone. */
  drop(): void {
    this.#over = true;
    this.#waiting.clear();
    this.#group = undefined;
    this.#covered.clear();
    this.#scanner.window.clear();
    this.#releasedTo = this.#scanner.window.end;
  }

  #release(): string {
    const decidedTo = this.#decidedTo();
    this.#takeFound();
    let released = '';
    for (let next = this.#waiting.first; next && next.start < decidedTo; next = this.#waiting.first) {
      this.#waiting.removeFirst();
      released += this.#apply(next);
      if (!this.#blocked) continue;
      this.drop();
      return released;
    }
    if (this.#group && this.#group.end <= decidedTo) released += this.#closeGroup();
    released += this.#copyTo(decidedTo);
    this.#releasedTo = Math.max(this.#releasedTo, Math.min(this.#coveredTo(), this.#scanner.window.end));
    this.#covered.forgetBefore(this.#releasedTo);
    this.#scanner.forgetBefore(this.#releasedTo);
    return released;
  }

  #decidedTo(): number {
    const literals = Math.min(this.#restored?.decidedTo ?? Infinity, this.#canaries?.decidedTo ?? Infinity);
    return Math.min(this.#scanner.decidedTo, literals);
  }

  #takeFound(): void {
    for (const match of this.#scanner.takeMatches()) {
      const rule = this.#plan.ruleOf(match.detector.id, match.score);
      const { start, value, cutOff } = match;
      if (rule && (!cutOff || takesOut(rule) || stops(rule)))
        this.#waiting.add({ start, end: start + value.length, finding: { match, rule } });
    }
    for (const { start, end, meaning } of this.#restored?.takeMatches() ?? []) {
      this.#waiting.add({ start, end, original: meaning });
    }
    for (const { start, end } of this.#canaries?.takeMatches() ?? []) {
      const value = this.#scanner.window.slice(start, end);
      const match = { detector: CANARY, start, end, value, score: 1 };
      this.#waiting.add({ start, end, finding: { match, rule: CANARY_RULE } });
    }
  }

  #apply({ start, end, finding, original }: Waiting): string {
    if (finding) return end > this.#restoredTo ? this.#applyFinding(finding) : '';
    if (start < this.#coveredTo()) return '';
    const before = this.#closeGroup() + this.#copyTo(start);
    this.#restoredTo = end;
    return before + asText(original ?? '', this.#request.json);
  }

  #applyFinding(finding: Finding): string {
    const { match } = finding;
    if (this.#isPartOfSame(finding)) return '';
    this.#note(finding);
    if (stops(finding.rule)) return this.#stopAt(match.start);
    return takesOut(finding.rule) ? this.#takeOut(finding) : '';
  }

  /** Text of nothing but values must not become a list as long as itself; what is done about one is never lost. */
  #note(finding: Finding): void {
    const rank = finding.rule.shadow ? 0 : severity(finding.rule.action);
    if (this.#findings.length < MAX_FINDINGS || rank > this.#highestRank) this.#findings.push(finding);
    else this.#omitted += 1;
    this.#highestRank = Math.max(this.#highestRank, rank);
  }

  /** Nothing after it is looked at: the tails of values that were found end there. */
  #stopAt(place: number): string {
    this.#blocked = true;
    const released = this.#closeGroup() + this.#copyTo(place);
    this.#findings = this.#findings.map((finding) => {
      const end = Math.max(valueEnd(finding), Math.min(finding.match.end, place));
      return { ...finding, match: { ...finding.match, end } };
    });
    return released;
  }

  /** A value inside of another one of the same detector is not counted again. */
  #isPartOfSame(finding: Finding): boolean {
    const { detector } = finding.match;
    const last = this.#lastOf.get(detector);
    if (last && last.rule === finding.rule && valueEnd(finding) <= last.match.end) return true;
    this.#lastOf.set(detector, finding);
    return false;
  }

  #takeOut(finding: Finding): string {
    const { match } = finding;
    let released = '';
    if (this.#group && match.start < this.#group.end) this.#group.add(finding);
    else if (this.#covered.end <= match.start) {
      released = this.#closeGroup() + this.#copyTo(match.start);
      this.#group = new FindingGroup(finding);
    }
    // What is left begins in the tail of a value: it is gone with it.
    this.#covered.add(match);
    return released;
  }

  /** Every value that takes part is known: chooses the replacement. */
  #closeGroup(): string {
    if (!this.#group) return '';
    const { best } = this.#group;
    this.#group = undefined;
    return replacementFor(best, this.#request);
  }

  /** Up to where the text is replaced. */
  #coveredTo(): number {
    return Math.max(this.#restoredTo, this.#covered.end);
  }

  /** Moves on to an offset and gives the text in between that is not covered. */
  #copyTo(offset: number): string {
    const from = Math.max(this.#releasedTo, this.#coveredTo());
    this.#releasedTo = Math.max(this.#releasedTo, offset);
    return offset > from ? this.#scanner.window.slice(from, offset) : '';
  }
}

/** By place, the longer one first; of one span the pseudonym first, and what stops the text last. */
function byTurn(one: Waiting, other: Waiting): number {
  const place = one.start - other.start || other.end - one.end;
  if (place) return place;
  if (!one.finding || !other.finding) return one.finding ? 1 : -1;
  const stop = Number(stops(one.finding.rule)) - Number(stops(other.finding.rule));
  return stop || compareIds(one.finding.match, other.finding.match);
}
