import { pushPaced } from '../../filter/pace/paced-text.js';
import type { Pace } from '../../filter/pace/work-turns.js';
import { StreamFilter } from '../../filter/stream-filter.js';
import { holdsText } from '../../policy/compile/stage-policies.js';
import type { PolicyCheck } from '../../policy/policy.js';
import { isHeld, stops, takesOut } from '../../policy/rule-effect.js';
import { passOf, type CheckPass } from '../check-pass.js';
import type { ToldFacts } from '../check.service.js';
import type { ConversationPart } from '../conversation.js';
import { decidedCheck, decidedMatch, type DecidedFinding } from '../decision.js';
import { NO_RULES, type RulePass } from '../facts/rule-pass.js';
import type { StreamRules } from '../facts/stream-rules.js';
import { withoutCovered } from '../overlaps.js';
import type { CheckRun } from '../check-run.js';
import { CheckGate, type PieceVerdict } from './check-gate.js';
import type { Stopwatch } from './stopwatch.js';
import { StreamOutcomes } from './stream-outcomes.js';
import { partOf, type StreamText, type TextPlace, type ToldText } from './stream-text.js';
import { ToldFindings } from './told-findings.js';

/** Longer pieces are filtered in slices: nobody else could go on meanwhile. */
const MOST_AT_ONCE = 2_048;

export interface FlowingTextOptions {
  readonly place: TextPlace;
  readonly filter: StreamFilter;
  /** Begins work that others go on beside. */
  readonly pace: () => Pace;
  readonly checks: readonly PolicyCheck[];
  readonly rules: Exclude<StreamRules, { kind: 'hold' }>;
  readonly run: (checks: readonly PolicyCheck[], part: ConversationPart) => Promise<CheckRun[]>;
  /** Rules that watch, over the complete text. */
  readonly applyRules: (part: ConversationPart, found: ToldFacts) => Promise<RulePass>;
  readonly salt: string;
  readonly stopwatch: Stopwatch;
}

/** A text that leaves as it comes, behind its undecided end. */
export class FlowingText implements StreamText {
  readonly #options: FlowingTextOptions;
  /** Holds the text until its checks have judged it. */
  readonly #gate: CheckGate | undefined;
  /** Judges the text beside its way, for checks that hold nothing back. */
  readonly #watch: CheckGate | undefined;
  readonly #judged: DecidedFinding[] = [];
  readonly #outcomes = new StreamOutcomes();
  readonly #unchecked = new Set<string>();
  /** Kept for rules that watch. */
  #pieces: string[] = [];
  #rules = NO_RULES;
  /** Ends with the judgements of what was pushed so far. */
  #watching: Promise<unknown> = Promise.resolve();

  constructor(options: FlowingTextOptions) {
    this.#options = options;
    this.#gate = this.#gateOf(options.checks.filter(holdsText));
    this.#watch = this.#gateOf(options.checks.filter((check) => !holdsText(check)));
  }

  get place(): TextPlace {
    return this.#options.place;
  }

  get blocked(): boolean {
    return this.#options.filter.blocked || this.#gate?.stopped === true || isHeld(this.#rules.action);
  }

  get held(): number {
    return this.#options.filter.heldBack + (this.#gate?.held ?? 0);
  }

  push(text: string): string | Promise<string> {
    if (text !== '') this.#decide(text);
    if (isHeld(this.#rules.action)) return '';
    const watch = this.#watch;
    if (watch) this.#observe(() => watch.push(text));
    if (!this.#gate) return this.#filtered(text);
    return this.#gate.push(text).then((passed) => this.#filtered(passed));
  }

  async end(continuations: readonly string[]): Promise<string> {
    const watch = this.#watch;
    if (watch) this.#observe(() => watch.end());
    const passed = this.#gate ? await this.#filtered(await this.#gate.end()) : '';
    const rest = passed + this.#options.filter.end(continuations);
    await this.#watching;
    await this.#decideAtEnd();
    return rest;
  }

  abandon(): void {
    this.#pieces = [];
  }

  drop(): void {
    this.#options.filter.drop();
  }

  told(): ToldText {
    return {
      findings: this.#findings(),
      omitted: this.#options.filter.findingsOmitted,
      checks: this.#outcomes.all,
      passedUnchecked: [...this.#unchecked],
      rules: this.#rules,
    };
  }

  /** A text that never came is not decided on. */
  #decide(text: string): void {
    const { rules } = this.#options;
    if (rules.kind === 'decided') this.#rules = rules.pass;
    if (rules.kind === 'watch') this.#pieces.push(text);
  }

  async #decideAtEnd(): Promise<void> {
    const text = this.#pieces.join('');
    if (text === '') return;
    const { applyRules, place } = this.#options;
    this.#rules = await applyRules(partOf(place, text), { findings: this.#findings(), outcomes: this.#outcomes.all });
  }

  #filtered(text: string): string | Promise<string> {
    const { filter, stopwatch, pace } = this.#options;
    if (text.length <= MOST_AT_ONCE) return stopwatch.measure(() => filter.push(text));
    return stopwatch.measureLater(() => pushPaced(filter, text, pace()));
  }

  #findings(): DecidedFinding[] {
    const { filter, place, salt } = this.#options;
    const original = (offset: number) => this.#gate?.originalOffset(offset) ?? offset;
    const values = filter.findings.map(({ match, rule }) => {
      const decided = decidedMatch(place.path, match, rule, salt);
      return { ...decided, start: original(decided.start), end: original(decided.end) };
    });
    return [...withoutCovered(values), ...this.#judged];
  }

  #gateOf(checks: readonly PolicyCheck[]): CheckGate | undefined {
    if (checks.length === 0) return undefined;
    const needs = checks.map(({ check }) => (check.stream === 'whole' ? Infinity : check.stream));
    const window = needs.includes(Infinity) ? Infinity : Math.max(...needs);
    const told = new ToldFindings();
    return new CheckGate(window, async (text, from, offset) => {
      const pass = await this.#run(checks, text, offset);
      return this.#count(told.news(pass.counted, from, offset), text, offset);
    });
  }

  async #run(checks: readonly PolicyCheck[], text: string, offset: number): Promise<CheckPass> {
    const { place, run, stopwatch } = this.#options;
    const pass = await stopwatch.measureLater(async () =>
      passOf(await run(checks, partOf(place, text, { before: offset }))),
    );
    for (const check of pass.passedUnchecked) this.#unchecked.add(check);
    for (const outcome of pass.outcomes) this.#outcomes.add(outcome);
    return pass;
  }

  #count(news: CheckPass['counted'], text: string, offset: number): PieceVerdict {
    const { place, salt } = this.#options;
    const counted = news.map((found) => ({ ...found, finding: { ...found.finding, path: place.path } }));
    for (const found of counted) {
      const decided = decidedCheck(found, text, salt);
      this.#judged.push({ ...decided, start: decided.start + offset, end: decided.end + offset });
    }
    const rules = counted.map(({ rule }) => rule);
    return { counted, replacement: rules.find(takesOut)?.replacement, stop: rules.some(stops) };
  }

  /** What goes wrong is told at the end, when somebody waits for it. */
  #observe(judge: () => Promise<unknown>): void {
    this.#watching = this.#watching.then(judge);
    this.#watching.catch(() => undefined);
  }
}
