import { guardrailStage } from '@weir/contracts';
import type { Principal } from '@weir/grpc';
import { z } from 'zod';
import type { Action, Stage } from '../detector/verdict-words.js';
import type { CompiledPolicy } from '../policy/policy.js';

const recordedText = z.object({
  path: z.string(),
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  stage: guardrailStage,
  text: z.string(),
  tool: z.string(),
  json: z.boolean(),
  continuations: z.array(z.string()).readonly().optional(),
});

/** What one decision was about, as it is kept for replays. */
export const recordedInput = z.object({
  model: z.string(),
  texts: z.array(recordedText),
  context: z.array(recordedText),
  facts: z.record(z.string(), z.string()),
});

export type RecordedText = z.infer<typeof recordedText>;
export type RecordedInput = z.infer<typeof recordedInput>;

export interface Redecision {
  readonly action: Action;
  /** Ids of the detectors and checks behind it. */
  readonly detectors: readonly string[];
}

/** On whose behalf an input is decided again. */
export interface RedecideCall {
  readonly signal: AbortSignal;
  readonly principal: Principal | undefined;
}

/** Decides on an input without any effect: nothing is counted, published or remembered. */
export type Redecide = (
  policy: CompiledPolicy,
  stage: Stage,
  input: RecordedInput,
  call: RedecideCall,
) => Promise<Redecision>;

/** An object, since a bare function has no type that injection could name. */
export interface Redecider {
  readonly redecide: Redecide;
}

/** `@Inject(REDECIDER) redecider: Redecider`. */
export const REDECIDER = Symbol('guardrails redecider');
