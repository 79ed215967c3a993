import type { Principal } from '@weir/grpc';
import type { CheckFinding, CheckInput, ConversationText, TextCheck } from '../../detector/text-check.js';
import type { OnError, PolicyCheck } from '../../policy/policy.js';

const nothing = { start: 0, end: 0 };

/** Whom the specs act for. */
export const principal: Principal = {
  apiKeyId: 'key',
  projectId: 'project',
  organizationId: 'organization',
  scopes: ['inference'],
  role: 'member',
  onBillingError: 'closed',
};

/** A text whose views nobody reads. */
export function textOf(text: string, more: Partial<ConversationText> = {}): ConversationText {
  const view = { text, originalSpan: () => nothing };
  return {
    path: 'messages.0.content',
    role: 'user',
    stage: 'input',
    text,
    tool: '',
    views: { original: text, canonical: view, folded: view, decoded: [] },
    ...more,
  };
}

export function inputOf(texts: readonly (string | ConversationText)[], more: Partial<CheckInput> = {}): CheckInput {
  return {
    texts: texts.map((text, index) =>
      typeof text === 'string' ? textOf(text, { path: `messages.${index}.content` }) : text,
    ),
    context: [],
    facts: new Map(),
    canaries: [],
    signal: new AbortController().signal,
    principal,
    ...more,
  };
}

export function findingOf(more: Partial<CheckFinding> = {}): CheckFinding {
  return { path: 'messages.0.content', start: 0, end: 1, score: 0.9, category: 'custom', entity: 'unsafe', ...more };
}

export function checkOf(id: string, check: TextCheck['check'], more: Partial<TextCheck> = {}): TextCheck {
  return { id, version: '1', threshold: 0.5, stream: 'whole', check, ...more };
}

export function policyCheckOf(
  check: TextCheck,
  onError: OnError = { kind: 'closed' },
  deadlineMs = 1_000,
): PolicyCheck {
  return { check, onError, deadlineMs, rule: { action: 'block', threshold: 0.5, shadow: false, replacement: '' } };
}
