import type { inferenceV1 } from '@weir/contracts';
import type { PlacedResult, Warning } from '../orchestrator/detector-results.js';

/** Detections in what was asked, by message. */
export interface InputResults {
  readonly message_index: number;
  readonly results: readonly PlacedResult[];
}

/** Detections in what was answered, by choice. */
export interface OutputResults {
  readonly choice_index: number;
  readonly results: readonly PlacedResult[];
}

/** What the doors add to the body of the OpenAI API; absent where there is nothing. */
export interface Findings {
  readonly input?: readonly InputResults[];
  readonly output?: readonly OutputResults[];
  readonly warnings: readonly Warning[];
}

export interface AnswerHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly form: 'chat' | 'text';
}

/** Body of a complete answer. */
export function completionBody(
  head: AnswerHead,
  choices: readonly object[],
  usage: inferenceV1.Usage | undefined,
  found: Findings,
) {
  const { id, created, model, form } = head;
  return {
    id,
    object: form === 'chat' ? 'chat.completion' : 'text_completion',
    created,
    model,
    choices,
    usage: usageOf(usage),
    ...findingsOf(found),
  };
}

/** One event of a streamed answer. */
export function completionChunk(head: AnswerHead, choices: readonly object[], more: object, found?: Findings) {
  const { id, created, model, form } = head;
  const object = form === 'chat' ? 'chat.completion.chunk' : 'text_completion';
  return { id, object, created, model, choices, ...more, ...(found ? findingsOf(found) : {}) };
}

/** One choice of a complete answer. */
export function choiceOf(form: 'chat' | 'text', index: number, choice: inferenceV1.Choice): object {
  const { message, finishReason: finish_reason, logprobs } = choice;
  const content = message?.content ?? '';
  if (form === 'text') return { index, text: content, logprobs: null, finish_reason };
  const calls = message?.toolCalls ?? [];
  return {
    index,
    message: {
      role: 'assistant',
      content: content === '' && calls.length > 0 ? null : content,
      refusal: null,
      ...(message?.reasoningContent ? { reasoning_content: message.reasoningContent } : {}),
      ...(calls.length > 0 ? { tool_calls: calls.map(callOf) } : {}),
    },
    logprobs: logprobsOf(logprobs),
    finish_reason,
  };
}

export function callOf({ id, name, arguments: text }: inferenceV1.ToolCall): object {
  return { id, type: 'function', function: { name, arguments: text } };
}

export function logprobsOf(logprobs: readonly inferenceV1.TokenLogprob[]): object | null {
  if (logprobs.length === 0) return null;
  const one = ({ token, bytes, logprob }: inferenceV1.TopLogprob) => ({ token, logprob, bytes: [...bytes] });
  return { content: logprobs.map((entry) => ({ ...one(entry), top_logprobs: entry.top.map(one) })) };
}

export function usageOf(usage: inferenceV1.Usage | undefined) {
  const prompt_tokens = usage?.inputTokens ?? 0;
  const completion_tokens = usage?.outputTokens ?? 0;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function findingsOf({ input = [], output = [], warnings }: Findings): object {
  const detections = { ...(input.length > 0 ? { input } : {}), ...(output.length > 0 ? { output } : {}) };
  return {
    ...(Object.keys(detections).length > 0 ? { detections } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}
