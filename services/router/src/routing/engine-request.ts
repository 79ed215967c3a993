import type { engineV1 } from '@weir/contracts';
import { linkedTurns } from '../pipeline/call-links.js';
import type { ChoiceRun } from '../pipeline/choice-run.js';
import type { InferenceRequest, Prompt } from '../pipeline/inference-request.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { contentOf } from '../pipeline/turn-content.js';
import type { Candidate } from './candidates.js';

const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** What one choice of a request asks of its engine; `guarded` is the request as the input guard left it. */
export function engineRequest(run: RequestRun, choice: ChoiceRun, target: Candidate, guarded: InferenceRequest) {
  const { caller } = run;
  const prompt = guarded.prompts[choice.promptIndex];
  return {
    deploymentId: target.deploymentId,
    requestId: choice.index === 0 ? caller.requestId : `${caller.requestId}-${choice.index}`,
    tenant: caller.principal.projectId,
    prompt: prompt && wirePrompt(prompt),
    options: optionsOf(guarded, choice, target),
    priority: guarded.priority,
    ttftSloMs: guarded.ttftSloMs,
  };
}

function optionsOf({ sampling, form }: InferenceRequest, choice: ChoiceRun, target: Candidate) {
  const { maxTokens = target.maxOutputTokens, seed, stop, logitBias, ...rest } = sampling;
  const { topLogprobs, echo, responseFormat, tools, toolChoice, singleToolCall } = form;
  return {
    ...rest,
    maxTokens: Math.min(maxTokens, target.maxOutputTokens),
    // Equal seeds would make equal answers.
    seed: seed === undefined ? undefined : Math.min(seed + choice.ordinal, MAX_SEED),
    stop: [...stop],
    logitBias: [...logitBias],
    logprobs: topLogprobs !== undefined,
    topLogprobs: topLogprobs ?? 0,
    // An engine that shall generate nothing has at least to read the prompt.
    promptLogprobs: echo && (topLogprobs !== undefined || maxTokens === 0) ? Math.max(1, topLogprobs ?? 1) : undefined,
    responseFormat: wireFormat(responseFormat),
    tools: [...tools],
    toolChoice: toolChoice && { mode: toolChoice.mode, name: toolChoice.mode === 'named' ? toolChoice.name : '' },
    singleToolCall,
  };
}

function wireFormat(format: InferenceRequest['form']['responseFormat']): engineV1.ResponseFormat | undefined {
  if (format.kind === 'text') return undefined;
  return { kind: format.kind, schema: format.kind === 'json_schema' ? format.schema : '' };
}

/** A prompt that a tokenizer can read. */
export type WrittenPrompt = Exclude<Prompt, { readonly kind: 'tokens' }>;

export function wirePrompt(prompt: Prompt) {
  if (prompt.kind === 'tokens') return { $case: 'tokens' as const, value: { ids: [...prompt.ids] } };
  return wireWritten(prompt);
}

export function wireWritten(prompt: WrittenPrompt) {
  if (prompt.kind === 'text') return { $case: 'text' as const, value: prompt.text };
  const turns = linkedTurns(prompt.turns).map((turn) => {
    const { role, name, toolCalls, toolCallId } = turn;
    return { role, content: contentOf(turn), name, toolCalls: [...toolCalls], toolCallId };
  });
  return { $case: 'chat' as const, value: { turns } };
}

/** An input of an embeddings request. */
export function wireInput(prompt: Prompt): { input: engineV1.EmbedInput['input'] } {
  if (prompt.kind === 'tokens') return { input: { $case: 'tokens', value: { ids: [...prompt.ids] } } };
  return { input: { $case: 'text', value: prompt.kind === 'text' ? prompt.text : '' } };
}
