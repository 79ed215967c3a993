import type { ChoiceRun } from '../../pipeline/choice-run.js';
import { echoOf } from '../../pipeline/echo.js';
import type { ToolCall } from '../../pipeline/inference-request.js';
import type { RequestRun } from '../../pipeline/request-run.js';
import { chatLogprobs, textLogprobs } from './openai-logprobs.js';
import { usageOf, weirDetails } from './openai-usage.js';

const PREFIXES = { chat: 'chatcmpl', text_completion: 'cmpl', embeddings: 'embd' } as const;

/** Id of the answer in the OpenAI API; the request's own id is its tail. */
export function answerId({ caller, request }: RequestRun): string {
  return `${PREFIXES[request.operation]}-${caller.requestId}`;
}

export const createdAt = ({ startedAt }: RequestRun): number => Math.floor(startedAt / 1000);

/** JSON body of a complete answer: `chat.completion` or `text_completion`. */
export function answerBody(run: RequestRun, details: boolean): string {
  const chat = run.request.operation === 'chat';
  return JSON.stringify({
    id: answerId(run),
    object: chat ? 'chat.completion' : 'text_completion',
    created: createdAt(run),
    model: run.request.model,
    choices: run.choices.map((choice) => (chat ? chatChoice(run, choice) : textChoice(run, choice))),
    usage: usageOf(run.use),
    ...(details ? { weir: weirDetails(run) } : {}),
  });
}

function chatChoice({ request }: RequestRun, choice: ChoiceRun) {
  const { index, text, reasoning, toolCalls, logprobs, finishReason } = choice;
  const thoughts = reasoning ? { reasoning_content: reasoning } : {};
  const calls = toolCalls.length > 0 ? { tool_calls: toolCalls.map(callOf) } : {};
  return {
    index,
    // A turn that only calls tools says nothing.
    message: {
      role: 'assistant',
      content: text === '' && toolCalls.length > 0 ? null : text,
      refusal: null,
      ...thoughts,
      ...calls,
    },
    logprobs: request.form.topLogprobs === undefined ? null : chatLogprobs(logprobs),
    finish_reason: finishReason,
  };
}

function textChoice(run: RequestRun, choice: ChoiceRun) {
  const { index, text, promptLogprobs, logprobs, finishReason } = choice;
  const wanted = run.request.form.topLogprobs !== undefined && logprobs !== undefined;
  return {
    index,
    text: (run.guarded ? echoOf(run.guarded, choice) : '') + text,
    logprobs: wanted ? textLogprobs([...promptLogprobs, ...logprobs], 0) : null,
    finish_reason: finishReason,
  };
}

export function callOf({ id, name, arguments: text }: ToolCall) {
  return { id, type: 'function', function: { name, arguments: text } };
}
