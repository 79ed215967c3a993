import type { Stage } from '../../detector/verdict-words.js';
import type { CheckService } from '../check.service.js';
import { ConversationPart } from '../conversation.js';
import type { CheckOutcome, DecidedFinding } from '../decision.js';
import type { RulePass } from '../facts/rule-pass.js';

/** Where a text stands in its stream. */
export interface TextPlace {
  readonly choiceIndex: number;
  readonly stage: Stage;
  readonly path: string;
}

/** One text of a stream: a choice of the answer, or the thoughts before it. */
export interface StreamText {
  readonly place: TextPlace;
  /** Nothing of it, and of its stream, may leave any more. */
  readonly blocked: boolean;
  /** Characters that wait. */
  readonly held: number;
  /** Takes more text; gives what can leave, by a promise where others have to be asked. */
  push(text: string): string | Promise<string>;
  /** No more of it comes; gives what was held back. @param continuations how it may have gone on where it was cut off. */
  end(continuations: readonly string[]): Promise<string>;
  /** The stream was stopped: what came of this text is not the whole of it, so that nothing is said about the whole. */
  abandon(): void;
  /** What was held back is not decided on any more. */
  drop(): void;
  told(): ToldText;
}

/** What a verdict says of one text. */
export interface ToldText {
  readonly findings: readonly DecidedFinding[];
  readonly omitted: number;
  readonly checks: readonly CheckOutcome[];
  readonly passedUnchecked: readonly string[];
  readonly rules: RulePass;
}

/** How complete texts are decided on, by which key equal values are known, and how long work lets others go on. */
export type TextJudge = Pick<CheckService, 'judge' | 'applyRules' | 'salt' | 'turns'>;

export function partOf(
  { path, stage }: TextPlace,
  text: string,
  more: { readonly before?: number; readonly continuations?: readonly string[] } = {},
): ConversationPart {
  return new ConversationPart({ path, stage, text, role: 'assistant', tool: '', json: false, ...more });
}
