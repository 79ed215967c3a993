import { WeirError } from '@weir/errors';
import type { guardrailsV1 } from '@weir/contracts';
import { strongest } from '../../detector/verdict-words.js';
import type { CheckRunner } from '../../external/check-runner.service.js';
import { StreamFilter } from '../../filter/stream-filter.js';
import type { DecisionRequest, JudgedRequest } from '../check.service.js';
import type { ConversationPart } from '../conversation.js';
import { actionOf, type Verdict } from '../decision.js';
import { joinedPasses, streamRules } from '../facts/stream-rules.js';
import { inOrder } from '../overlaps.js';
import { RequestMemory } from '../request-memory.js';
import { stageOf, wireStage } from '../stages.js';
import { FlowingText } from './flowing-text.js';
import { HeldText } from './held-text.js';
import { Stopwatch } from './stopwatch.js';
import { StreamOutcomes } from './stream-outcomes.js';
import { partOf, type StreamText, type TextJudge, type TextPlace, type ToldText } from './stream-text.js';

export interface StreamOptions {
  readonly open: Omit<DecisionRequest, 'texts' | 'approval'>;
  readonly runner: CheckRunner;
  readonly checks: TextJudge;
  readonly maxTextChars: number;
  readonly random: () => number;
  readonly monotonic: () => number;
}

/** Texts that one stream can bring, which are counted also while they are empty. */
const MAX_TEXTS = 512;

/** Texts that are generated under one policy. Only what is decided comes out, the same however the texts arrive. */
export class StreamSession {
  readonly #options: StreamOptions;
  readonly #memory: RequestMemory;
  readonly #texts = new Map<string, StreamText>();
  readonly #stopwatch: Stopwatch;
  #characters = 0;
  #mostHeldBack = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#memory = new RequestMemory(options.open.state, options.random);
    this.#stopwatch = new Stopwatch(options.monotonic);
  }

  get blocked(): boolean {
    for (const { blocked } of this.#texts.values()) if (blocked) return true;
    return false;
  }

  get mostHeldBack(): number {
    return this.#mostHeldBack;
  }

  get spentUs(): number {
    return this.#stopwatch.spentMs * 1000;
  }

  /** Text of a choice that can be released now; a promise where a check has to be asked. */
  push(chunk: guardrailsV1.FilterChunk): string | Promise<string> {
    this.#characters += chunk.text.length;
    if (this.#characters > this.#options.maxTextChars) {
      throw new WeirError('payload_too_large', `The text is longer than ${this.#options.maxTextChars} characters.`);
    }
    const text = this.#textOf(chunk);
    const passed = text.push(chunk.text);
    if (typeof passed === 'string') return this.#noted(text, passed);
    return passed.then((later) => this.#noted(text, later));
  }

  /**
   * No more text comes: what was held back, by choice. Nothing when one of them was blocked.
   * @param continuations how the texts may have gone on where they were cut off; none = they are complete.
   */
  async end(continuations: readonly string[] = []): Promise<guardrailsV1.FilterChunk[]> {
    const texts = [...this.#texts.values()];
    if (this.blocked) for (const text of texts) text.abandon();
    const released = await Promise.all(texts.map((text) => this.#endOf(text, continuations)));
    return this.blocked ? [] : released;
  }

  /** Nobody waits any more: what was held back is dropped. */
  drop(): void {
    for (const text of this.#texts.values()) text.drop();
  }

  verdict(): Verdict {
    const { policy, stage } = this.#options.open;
    const told = this.#told();
    const findings = inOrder(told.flatMap((text) => text.findings));
    const outcomes = new StreamOutcomes();
    for (const outcome of told.flatMap(({ checks }) => checks)) outcomes.add(outcome);
    const rules = joinedPasses(told.map((text) => text.rules));
    return {
      policy,
      stage,
      findings,
      omitted: told.reduce((sum, { omitted }) => sum + omitted, 0),
      action: strongest([actionOf(findings), rules.action]),
      checks: outcomes.all,
      passedUnchecked: [...new Set(told.flatMap(({ passedUnchecked }) => passedUnchecked))].sort(),
      trace: rules.trace,
      message: rules.message || policy.message,
      approvedBy: '',
      characters: this.#characters,
    };
  }

  /** In the order of their paths, however the texts came. */
  #told(): ToldText[] {
    const texts = [...this.#texts.values()];
    return texts.sort((one, other) => (one.place.path < other.place.path ? -1 : 1)).map((text) => text.told());
  }

  #noted(text: StreamText, passed: string): string {
    this.#mostHeldBack = Math.max(this.#mostHeldBack, text.held);
    return passed;
  }

  async #endOf(text: StreamText, continuations: readonly string[]): Promise<guardrailsV1.FilterChunk> {
    const { choiceIndex, stage } = text.place;
    return { choiceIndex, stage: wireStage(stage), text: await text.end(continuations) };
  }

  #textOf({ choiceIndex, stage: wire }: guardrailsV1.FilterChunk): StreamText {
    const { open } = this.#options;
    const stage = stageOf(wire) ?? open.stage;
    const key = `${choiceIndex} ${stage}`;
    const known = this.#texts.get(key);
    if (known) return known;
    if (this.#texts.size >= MAX_TEXTS) {
      throw new WeirError('invalid_request', `A stream has at most ${MAX_TEXTS} texts.`, { param: 'choice_index' });
    }
    const path = stage === open.stage ? `choices.${choiceIndex}` : `choices.${choiceIndex}.${stage}`;
    const text = this.#opened({ choiceIndex, stage, path });
    this.#texts.set(key, text);
    return text;
  }

  #opened(place: TextPlace): StreamText {
    const { open, runner, checks } = this.#options;
    const { policy, subject, facts } = open;
    const memory = this.#memory;
    const stopwatch = this.#stopwatch;
    const rules = streamRules(policy, place.stage, { model: subject.model, metadata: facts });
    const requestFor = (part: ConversationPart): JudgedRequest => ({ ...open, stage: place.stage, texts: [part] });
    if (rules.kind === 'hold') {
      return new HeldText({
        place,
        partOf: (text, continuations) => partOf(place, text, { continuations }),
        judge: (part) => stopwatch.measureLater(() => checks.judge(requestFor(part), memory)),
      });
    }
    const own = policy.stage(place.stage);
    return new FlowingText({
      ...{ place, rules, stopwatch, salt: checks.salt },
      filter: new StreamFilter(memory.planOf(own), memory.secrets(place.stage, false)),
      pace: () => checks.turns.begin(open.signal),
      checks: own.checks,
      run: (asked, part) => runner.run(asked, { ...open, texts: [part], canaries: memory.canaries }),
      applyRules: (part, found) => stopwatch.measureLater(() => checks.applyRules(requestFor(part), found)),
    });
  }
}
