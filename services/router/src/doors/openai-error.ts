import { openAiErrorBody, type WeirError } from '@weir/errors';

/** The harms that Azure's content filter always reports on. */
const HARMS = ['hate', 'self_harm', 'sexual', 'violence'] as const;
/** Attacks that it reports as detected or not. */
const ATTACKS = ['jailbreak', 'indirect_attack'] as const;

const ALWAYS: ReadonlySet<string> = new Set([...HARMS, ...ATTACKS]);

/**
 * Error body of the OpenAI doors. A blocked prompt also says in Azure's shape what it was blocked for, and one that waits
 * for a person what to approve.
 */
export function openAiDoorError(error: WeirError): object {
  const { error: body } = openAiErrorBody(error);
  const { verdict_id: verdictId, approval_request: approvalRequest } = error.details;
  if (typeof verdictId !== 'string') return { error: body };
  if (error.code === 'approval_required') {
    return { error: { ...body, verdict_id: verdictId, approval_request: approvalRequest } };
  }
  if (error.code !== 'content_filter') return { error: body };
  const innererror = { code: 'ResponsibleAIPolicyViolation', content_filter_result: filterResult(error) };
  return { error: { ...body, status: error.httpStatus, verdict_id: verdictId, innererror } };
}

function filterResult({ details }: WeirError): Record<string, object> {
  const filters = String(details['filters'] ?? '')
    .split(',')
    .filter((name) => name !== '');
  const found = new Set(filters);
  const harms = HARMS.map((name) => [name, { filtered: found.has(name), severity: found.has(name) ? 'high' : 'safe' }]);
  const attacks = ATTACKS.map((name) => [name, { filtered: found.has(name), detected: found.has(name) }]);
  const others = filters.filter((name) => !ALWAYS.has(name)).map((name) => [name, { filtered: true, detected: true }]);
  return Object.fromEntries([...harms, ...attacks, ...others]) as Record<string, object>;
}
