import type { Principal } from '@weir/grpc';
import type { TextViews } from '../text/text-views.js';
import type { Category, Span, Stage } from './verdict-words.js';

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

/** One text of a conversation, with its place in the request. */
export interface ConversationText {
  /** For example `messages.0.content`. */
  readonly path: string;
  readonly role: Role;
  readonly stage: Stage;
  readonly text: string;
  /** Tool calls and tool results: the tool's name; empty otherwise. */
  readonly tool: string;
  /** Characters of the same text that stand before it and are gone by now; only streams have some. */
  readonly before?: number;
  /** The text as detectors read it; each view is made once, on its first use. */
  readonly views: TextViews;
}

/** What a check decides on. */
export interface CheckInput {
  /** To decide on now. */
  readonly texts: readonly ConversationText[];
  /** The conversation around them: read, never a finding's place. */
  readonly context: readonly ConversationText[];
  /** What the application vouches for: the request's metadata. */
  readonly facts: ReadonlyMap<string, string>;
  /** Marks in the system prompt of this request that must not come out. */
  readonly canaries: readonly string[];
  /** Ends when nobody waits for the decision any more. */
  readonly signal: AbortSignal;
  /** On whose behalf models are asked; undefined = nobody's. */
  readonly principal: Principal | undefined;
}

/** Something that a check saw in one text. The policy's threshold decides whether it counts. */
export interface CheckFinding extends Span {
  /** Of the text in `texts`; the span points into its original. A finding about a whole text spans it. */
  readonly path: string;
  /** Confidence, 0 to 1. */
  readonly score: number;
  readonly category: Category;
  /** Class or kind, for example `jailbreak` or `hate/threatening`. */
  readonly entity: string;
  /** MLCommons hazard, `S1` to `S14`. */
  readonly hazard?: string;
  /** OWASP LLM Top 10 (2025), for example `LLM01`. */
  readonly owasp?: string;
}

/** How much of a generated text a check has to see: so many characters at a time, or everything. */
export type StreamNeed = number | 'whole';

/**
 * A check that judges texts, where a detector finds values. It is pure and deterministic, unless it asks another system:
 * then it answers with a promise, throws typed errors, and ends with the input's signal.
 */
export interface TextCheck {
  /** For example `prompt-injection`. */
  readonly id: string;
  /** Names everything that its answers depend on, for example the SHA-256 of its weights. */
  readonly version: string;
  /** What a policy that gives no threshold uses. */
  readonly threshold: number;
  readonly stream: StreamNeed;
  /** Findings of any score, also below the threshold: a verdict shows the highest one. */
  check(input: CheckInput): readonly CheckFinding[] | Promise<readonly CheckFinding[]>;
}
