import { WeirError } from '@weir/errors';

export type Speaker = 'user' | 'assistant';

export interface Turn {
  readonly speaker: Speaker;
  readonly text: string;
}

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** One token of an answer with its likely alternatives, itself among them or not. */
export interface AnswerToken {
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

export interface ModelAnswer {
  readonly text: string;
  /** Empty when they were not asked for, or are not known. */
  readonly tokens: readonly AnswerToken[];
}

/** What is to be judged: the last turn of a conversation. */
export interface JudgeQuestion {
  readonly before: readonly Turn[];
  readonly judged: Turn;
  /** What the last turn has to be true to; empty = it is not compared with anything. */
  readonly documents: readonly string[];
}

export interface Judgement {
  /** 0 to 1; 1 = unsafe, whatever the judge's own direction is. */
  readonly score: number;
  /** MLCommons hazards that the judge named. */
  readonly hazards: readonly string[];
}

/** How one family of judges is asked and understood. */
export interface JudgeFormat {
  /** Changes with its words: part of a check's version. */
  readonly name: string;
  readonly maxTokens: number;
  messages(question: JudgeQuestion): ModelMessage[];
  /** @throws WeirError `upstream_error` for everything but the answers of this format */
  read(answer: ModelAnswer): Judgement;
}

const LONGEST_ANSWER = 512;

/** The text of a judge's answer, which is short. */
export function answerText({ text }: ModelAnswer, format: string): string {
  if (text.length > LONGEST_ANSWER) throw notAnAnswer(format);
  return text.trim();
}

/** The answer itself is not told: it may quote what was judged. */
export function notAnAnswer(format: string): WeirError {
  return new WeirError('upstream_error', `The judge's answer is not one of the format ${format}.`);
}
