import { WeirError } from '@weir/errors';
import type { RequestRun, VerdictFacts } from '../pipeline/request-run.js';

/** Names that an error lists at most, so that it stays small enough to be carried. */
const MOST_NAMES = 16;

/** What the client is told when its prompt may not go on, or not before a person has approved it. */
export function heldError({ request }: Pick<RequestRun, 'request'>, verdict: VerdictFacts): WeirError {
  const details = {
    verdict_id: verdict.id,
    action: verdict.action,
    policy: listed(verdict.policies),
    detectors: listed(verdict.detectors),
    filters: listed(verdict.filters),
  };
  if (verdict.action === 'require_approval') {
    const message = verdict.message || 'The policy of this model wants a person to approve this request first.';
    return new WeirError('approval_required', message, {
      details: { ...details, approval_request: verdict.approvalRequest },
    });
  }
  const message = verdict.message || 'The prompt was blocked by the policy of this model.';
  const param = request.operation === 'embeddings' ? 'input' : 'prompt';
  return new WeirError('content_filter', message, { param, details });
}

/** What an answer says where its route turns a blocked prompt into one. */
export function safeCompletion({ message }: VerdictFacts): string {
  return message || 'I cannot help with this request.';
}

function listed(names: readonly string[]): string {
  return names.slice(0, MOST_NAMES).join(',');
}
