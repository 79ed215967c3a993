import { guardrailAction, type guardrailStage } from '@weir/contracts';
import type { z } from 'zod';

export type Stage = z.infer<typeof guardrailStage>;
export type Action = z.infer<typeof guardrailAction>;

/** What kind of harm a finding stands for. */
export type Category =
  'pii' | 'secret' | 'injection' | 'toxicity' | 'egress' | 'leak' | 'words' | 'topic' | 'format' | 'custom';

/** Half-open span in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Rank of an action, 0 for `allow`; the strongest of a decision wins. */
export function severity(action: Action): number {
  return guardrailAction.options.indexOf(action);
}

export function strongest(actions: Iterable<Action>): Action {
  let worst: Action = 'allow';
  for (const action of actions) if (severity(action) > severity(worst)) worst = action;
  return worst;
}
