import type { Principal } from '@weir/grpc';
import type { TraceContext } from '@weir/telemetry';

export const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;
export type ChatRole = (typeof ROLES)[number];

export interface Turn {
  readonly role: ChatRole;
  readonly content: string;
  readonly name: string;
}

export type Prompt =
  { readonly kind: 'chat'; readonly turns: readonly Turn[] } | { readonly kind: 'text'; readonly text: string };

export interface Sampling {
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  readonly stop: readonly string[];
}

/** One validated request, the same for every door. */
export interface InferenceRequest {
  readonly model: string;
  readonly prompt: Prompt;
  readonly sampling: Sampling;
  readonly stream: boolean;
}

/** Who asks, through which door, and until when the answer is of use. */
export interface Caller {
  readonly door: 'http' | 'grpc';
  readonly requestId: string;
  readonly principal: Principal;
  readonly trace: TraceContext | undefined;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Milliseconds that the door needed before the pipeline: reading, authentication, validation. */
  readonly doorMs: number;
}

export interface PromptText {
  readonly path: string;
  readonly text: string;
}

/** Every text of a prompt with its place, in a fixed order. */
export function textsOf(prompt: Prompt): PromptText[] {
  if (prompt.kind === 'text') return [{ path: 'prompt', text: prompt.text }];
  return prompt.turns.map((turn, index) => ({ path: `messages.${index}.content`, text: turn.content }));
}

/** The same prompt with other texts, in the order of `textsOf`. */
export function withTexts(prompt: Prompt, texts: readonly string[]): Prompt {
  if (prompt.kind === 'text') return { kind: 'text', text: texts[0] ?? '' };
  return { kind: 'chat', turns: prompt.turns.map((turn, index) => ({ ...turn, content: texts[index] ?? '' })) };
}
