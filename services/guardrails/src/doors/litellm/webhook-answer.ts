import { isHeld } from '../../policy/rule-effect.js';
import type { ConversationPart } from '../../check/conversation.js';
import type { Decision } from '../../check/decision.js';

export type WebhookAnswer =
  | { readonly action: 'BLOCKED'; readonly blocked_reason: string }
  | { readonly action: 'NONE' }
  | { readonly action: 'GUARDRAIL_INTERVENED'; readonly texts: readonly string[] };

/** What is decided in LiteLLM's words. It can change texts only: what asks for more is blocked. */
export function webhookAnswer(
  decision: Decision,
  parts: readonly ConversationPart[],
  released: readonly string[],
): WebhookAnswer {
  const { action, message, policy, approvalRequest } = decision;
  const by = policy.versions.join(' + ');
  const blocked = (reason: string): WebhookAnswer => ({ action: 'BLOCKED', blocked_reason: message || reason });
  if (action === 'require_approval') return blocked(`Held by ${by} until a person approves ${approvalRequest}.`);
  if (isHeld(action)) return blocked(`Blocked by ${by}: ${whatFor(decision)}.`);
  if (action === 'downgrade') return blocked(`${by} would take tools and links away, which cannot be done here.`);
  const changed = parts.map(({ text }, index) => released[index] !== text);
  if (parts.some(({ json }, index) => json && changed[index])) {
    return blocked(`${by} would change the arguments of a tool call, which cannot be done here.`);
  }
  const texts = released.filter((_, index) => !parts[index]?.json);
  return changed.some(Boolean) ? { action: 'GUARDRAIL_INTERVENED', texts } : { action: 'NONE' };
}

/** Names of what was found, never its text. */
function whatFor({ findings, action, trace }: Decision): string {
  const found = findings.filter((finding) => !finding.shadow && finding.action === action);
  const names = [...new Set(found.map(({ detector }) => detector))].slice(0, 5);
  return names.join(', ') || (trace.at(-1)?.rule ?? 'its rules');
}
