import { isHeld } from '../../policy/rule-effect.js';
import type { Judged } from '../check.service.js';
import type { ConversationPart } from '../conversation.js';
import { NO_RULES } from '../facts/rule-pass.js';
import type { StreamText, TextPlace, ToldText } from './stream-text.js';

const NOTHING: ToldText = { findings: [], omitted: 0, checks: [], passedUnchecked: [], rules: NO_RULES };

export interface HeldTextOptions {
  readonly place: TextPlace;
  readonly partOf: (text: string, continuations: readonly string[]) => ConversationPart;
  readonly judge: (part: ConversationPart) => Promise<Judged>;
}

/** A text that rules may stop for what it says: nothing leaves before all of it was decided on as a whole. */
export class HeldText implements StreamText {
  readonly place: TextPlace;
  readonly #options: HeldTextOptions;
  #pieces: string[] = [];
  #held = 0;
  #verdict: Judged['verdict'] | undefined;

  constructor(options: HeldTextOptions) {
    this.place = options.place;
    this.#options = options;
  }

  get held(): number {
    return this.#held;
  }

  get blocked(): boolean {
    return this.#verdict !== undefined && isHeld(this.#verdict.action);
  }

  push(text: string): string {
    this.#pieces.push(text);
    this.#held += text.length;
    return '';
  }

  /** A text that never came is not decided on. */
  async end(continuations: readonly string[]): Promise<string> {
    const text = this.#pieces.join('');
    this.drop();
    if (text === '') return '';
    const { partOf, judge } = this.#options;
    const { verdict, texts } = await judge(partOf(text, continuations));
    this.#verdict = verdict;
    return texts[0] ?? '';
  }

  abandon(): void {
    this.drop();
  }

  drop(): void {
    this.#pieces = [];
    this.#held = 0;
  }

  told(): ToldText {
    if (!this.#verdict) return NOTHING;
    const { findings, omitted, checks, passedUnchecked, action, message, trace } = this.#verdict;
    return { findings, omitted, checks, passedUnchecked, rules: { action, message, trace } };
  }
}
