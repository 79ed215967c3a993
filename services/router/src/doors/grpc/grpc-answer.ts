import { formatUsd } from '@weir/contracts';
import type { ChoiceRun, TokenLogprob } from '../../pipeline/choice-run.js';
import type { RequestRun } from '../../pipeline/request-run.js';
import type { AnswerDelta } from '../../routing/attempt.js';
import { answerId } from '../openai/openai-answer.js';

export function headOf(run: RequestRun) {
  return { id: answerId(run), model: run.request.model };
}

export function chatResponse(run: RequestRun) {
  const choices = run.choices.map(choiceOf);
  const [first] = choices;
  return {
    ...headOf(run),
    ...billOf(run),
    message: first?.message,
    finishReason: first?.finishReason ?? 'stop',
    choices,
  };
}

export function deltaMessage(run: RequestRun, piece: AnswerDelta) {
  const { index, text, reasoning = '', toolCalls = [], logprobs = [] } = piece;
  const delta = { index, delta: text, reasoningDelta: reasoning };
  return { ...headOf(run), ...delta, toolCalls: [...toolCalls], logprobs: logprobs.map(logprobOf) };
}

/** The last message of each choice; use and cost of the whole request are in the last of them. */
export function lastMessages(run: RequestRun) {
  return run.choices.map(({ index, finishReason = 'stop' }) => ({
    ...headOf(run),
    index,
    delta: '',
    finishReason,
    ...(index === run.choices.length - 1 ? billOf(run) : {}),
  }));
}

export function embedResponse(run: RequestRun) {
  const embeddings = (run.embedded?.vectors ?? []).map((vector) => ({ values: [...vector] }));
  return { ...headOf(run), ...billOf(run), embeddings };
}

function billOf(run: RequestRun) {
  return { usage: run.use, costUsd: formatUsd(run.cost) };
}

function choiceOf({ text, reasoning, toolCalls, logprobs = [], finishReason = 'stop' }: ChoiceRun) {
  const calls = toolCalls.map((call, index) => ({ index, ...call }));
  return {
    message: { role: 'assistant', content: text, reasoningContent: reasoning, toolCalls: calls },
    finishReason,
    logprobs: logprobs.map(logprobOf),
  };
}

function logprobOf({ token, bytes, logprob = 0, top }: TokenLogprob) {
  return {
    token,
    bytes,
    logprob,
    top: top.map((one) => ({ token: one.token, bytes: one.bytes, logprob: one.logprob })),
  };
}
