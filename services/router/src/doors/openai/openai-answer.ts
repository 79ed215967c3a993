import type { RequestRun } from '../../pipeline/request-run.js';
import { usageOf, weirDetails } from './openai-usage.js';

/** Id of the answer in the OpenAI API; the request's own id is its tail. */
export function answerId({ caller, request }: RequestRun): string {
  return `${request.prompt.kind === 'chat' ? 'chatcmpl' : 'cmpl'}-${caller.requestId}`;
}

export const createdAt = ({ startedAt }: RequestRun): number => Math.floor(startedAt / 1000);

/** JSON body of a complete answer: `chat.completion` or `text_completion`. */
export function answerBody(run: RequestRun, details: boolean): string {
  const chat = run.request.prompt.kind === 'chat';
  return JSON.stringify({
    id: answerId(run),
    object: chat ? 'chat.completion' : 'text_completion',
    created: createdAt(run),
    model: run.request.model,
    choices: [chat ? chatChoice(run) : textChoice(run)],
    usage: usageOf(run.use),
    ...(details ? { weir: weirDetails(run) } : {}),
  });
}

function chatChoice({ text, finishReason }: RequestRun) {
  const message = { role: 'assistant', content: text, refusal: null };
  return { index: 0, message, logprobs: null, finish_reason: finishReason };
}

function textChoice({ text, finishReason }: RequestRun) {
  return { index: 0, text, logprobs: null, finish_reason: finishReason };
}
