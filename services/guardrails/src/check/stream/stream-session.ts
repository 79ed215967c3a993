import { WeirError } from '@weir/errors';
import type { guardrailsV1 } from '@weir/contracts';
import type { Stage } from '../../detector/verdict-words.js';
import type { CheckRunner } from '../../external/check-runner.service.js';
import { StreamFilter } from '../../filter/stream-filter.js';
import { holdsText } from '../../policy/compile/stage-policies.js';
import type { PolicyCheck } from '../../policy/policy.js';
import { stops, takesOut } from '../../policy/rule-effect.js';
import { CheckGate, type PieceVerdict } from './check-gate.js';
import { StreamOutcomes } from './stream-outcomes.js';
import { ToldFindings } from './told-findings.js';
import { passOf } from '../check-pass.js';
import type { DecisionRequest } from '../check.service.js';
import { ConversationPart } from '../conversation.js';
import { actionOf, decidedCheck, decidedMatch, type DecidedFinding, type Verdict } from '../decision.js';
import { inOrder, withoutCovered } from '../overlaps.js';
import { RequestMemory } from '../request-memory.js';
import { stageOf, wireStage } from '../stages.js';

export interface StreamOptions {
  readonly open: Omit<DecisionRequest, 'texts' | 'approval'>;
  readonly runner: CheckRunner;
  readonly maxTextChars: number;
  readonly salt: string;
  readonly random: () => number;
  readonly monotonic: () => number;
}

/** Texts that one stream can bring, which are counted also while they are empty. */
const MAX_TEXTS = 512;

/** One text of a stream: a choice of the answer, or the thoughts before it. */
interface StreamedText {
  readonly choiceIndex: number;
  readonly stage: Stage;
  readonly path: string;
  readonly filter: StreamFilter;
  /** Holds the text until its checks have judged it. */
  readonly gate: CheckGate | undefined;
  /** Judges the text beside its way, for checks that hold nothing back. */
  readonly watch: CheckGate | undefined;
}

/** Texts that are generated under one policy. Only what is decided comes out, the same however the texts arrive. */
export class StreamSession {
  readonly #options: StreamOptions;
  readonly #memory: RequestMemory;
  readonly #texts = new Map<string, StreamedText>();
  readonly #judged: DecidedFinding[] = [];
  readonly #outcomes = new StreamOutcomes();
  readonly #unchecked = new Set<string>();
  #characters = 0;
  #spentMs = 0;
  #mostHeldBack = 0;
  /** Ends with the judgements of what was pushed so far. */
  #watching: Promise<unknown> = Promise.resolve();

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#memory = new RequestMemory(options.open.state, options.random);
  }

  get blocked(): boolean {
    for (const { filter, gate } of this.#texts.values()) if (filter.blocked || gate?.stopped) return true;
    return false;
  }

  get mostHeldBack(): number {
    return this.#mostHeldBack;
  }

  get spentUs(): number {
    return this.#spentMs * 1000;
  }

  /** Text of a choice that can be released now; a promise where a check has to be asked. */
  push(chunk: guardrailsV1.FilterChunk): string | Promise<string> {
    this.#characters += chunk.text.length;
    if (this.#characters > this.#options.maxTextChars) {
      throw new WeirError('payload_too_large', `The text is longer than ${this.#options.maxTextChars} characters.`);
    }
    const text = this.#textOf(chunk);
    const { watch } = text;
    if (watch) this.#observe(() => watch.push(chunk.text));
    if (!text.gate) return this.#filter(text, chunk.text);
    return text.gate.push(chunk.text).then((passed) => this.#filter(text, passed));
  }

  /** The texts are complete: what was held back, by choice. Nothing when one of them was blocked. */
  async end(): Promise<guardrailsV1.FilterChunk[]> {
    const released: guardrailsV1.FilterChunk[] = [];
    for (const text of this.#texts.values()) {
      const { watch } = text;
      if (watch) this.#observe(() => watch.end());
      const passed = text.gate ? this.#filter(text, await text.gate.end()) : '';
      released.push({ choiceIndex: text.choiceIndex, stage: wireStage(text.stage), text: passed + text.filter.end() });
    }
    await this.#watching;
    return this.blocked ? [] : released;
  }

  /** Nobody waits any more: what was held back is dropped. */
  drop(): void {
    for (const { filter } of this.#texts.values()) filter.drop();
  }

  verdict(): Verdict {
    const { policy, stage } = this.#options.open;
    const values = [...this.#texts.values()].flatMap((text) => this.#values(text));
    const findings = inOrder([...values, ...this.#judged]);
    return {
      policy,
      stage,
      findings,
      omitted: [...this.#texts.values()].reduce((sum, { filter }) => sum + filter.findingsOmitted, 0),
      action: actionOf(findings),
      checks: this.#outcomes.all,
      passedUnchecked: [...this.#unchecked].sort(),
      trace: [],
      message: policy.message,
      approvedBy: '',
      characters: this.#characters,
    };
  }

  #textOf({ choiceIndex, stage: wire }: guardrailsV1.FilterChunk): StreamedText {
    const { open } = this.#options;
    const stage = stageOf(wire) ?? open.stage;
    const key = `${choiceIndex} ${stage}`;
    const known = this.#texts.get(key);
    if (known) return known;
    if (this.#texts.size >= MAX_TEXTS) {
      throw new WeirError('invalid_request', `A stream has at most ${MAX_TEXTS} texts.`, { param: 'choice_index' });
    }
    const own = open.policy.stage(stage);
    const path = stage === open.stage ? `choices.${choiceIndex}` : `choices.${choiceIndex}.${stage}`;
    const text: StreamedText = {
      choiceIndex,
      stage,
      path,
      filter: new StreamFilter(this.#memory.planOf(own), this.#memory.secrets(stage, false)),
      gate: this.#gate(own.checks.filter(holdsText), stage, path),
      watch: this.#gate(
        own.checks.filter((check) => !holdsText(check)),
        stage,
        path,
      ),
    };
    this.#texts.set(key, text);
    return text;
  }

  #values({ path, filter, gate }: StreamedText): DecidedFinding[] {
    const original = (offset: number) => gate?.originalOffset(offset) ?? offset;
    const findings = filter.findings.map(({ match, rule }) => {
      const decided = decidedMatch(path, match, rule, this.#options.salt);
      return { ...decided, start: original(decided.start), end: original(decided.end) };
    });
    return withoutCovered(findings);
  }

  #filter({ filter, gate }: StreamedText, text: string): string {
    const { monotonic } = this.#options;
    const started = monotonic();
    const released = filter.push(text);
    this.#mostHeldBack = Math.max(this.#mostHeldBack, filter.heldBack + (gate?.held ?? 0));
    this.#spentMs += monotonic() - started;
    return released;
  }

  #gate(checks: readonly PolicyCheck[], stage: Stage, path: string): CheckGate | undefined {
    if (checks.length === 0) return undefined;
    const needs = checks.map(({ check }) => (check.stream === 'whole' ? Infinity : check.stream));
    const window = needs.includes(Infinity) ? Infinity : Math.max(...needs);
    const told = new ToldFindings();
    return new CheckGate(window, (text, from, offset) =>
      this.#judge(checks, { stage, path, text, from, offset, told }),
    );
  }

  async #judge(
    checks: readonly PolicyCheck[],
    piece: { stage: Stage; path: string; text: string; from: number; offset: number; told: ToldFindings },
  ): Promise<PieceVerdict> {
    const { open, runner, monotonic, salt } = this.#options;
    const { stage, path, text, from, offset, told } = piece;
    const started = monotonic();
    const part = new ConversationPart({ path, stage, text, role: 'assistant', tool: '', json: false, before: offset });
    const input = { ...open, texts: [part], canaries: this.#memory.canaries };
    const pass = passOf(await runner.run(checks, input));
    this.#spentMs += monotonic() - started;
    for (const check of pass.passedUnchecked) this.#unchecked.add(check);
    for (const outcome of pass.outcomes) this.#outcomes.add(outcome);
    const counted = told
      .news(pass.counted, from, offset)
      .map((found) => ({ ...found, finding: { ...found.finding, path } }));
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
