import type { DeploymentState } from '@weir/contracts';
import type { ChatTurn, GenerationRequest, Prompt } from '../../generation/generation.js';
import type { Dialect } from '../capacity/dialect.js';
import { samplingFields } from './sampling-fields.js';
import { toolFields } from './tool-fields.js';
import { unsupported } from './unsupported.js';

export interface UpstreamRequest {
  /** Below the base URL. */
  readonly path: string;
  readonly body: string;
}

/** Servers that take `echo` and do nothing. */
const ECHOES_NOT: ReadonlySet<Dialect | undefined> = new Set<Dialect>(['llamacpp', 'ollama', 'tgi']);

/**
 * The request in the form of the OpenAI API: always with usage, and always a stream, but for prompts that are only scored:
 * their log probabilities come whole. What is not set, or changes nothing, is not sent: strict providers refuse names that
 * they do not know.
 * @throws WeirError `unsupported_parameter` for what this kind of upstream would ignore without a word
 */
export function generationRequest(
  { prompt, options }: GenerationRequest,
  { engine, model_name }: DeploymentState,
  dialect: Dialect | undefined,
): UpstreamRequest {
  const scores = options.promptLogprobs !== undefined;
  if (prompt.kind === 'chat' && scores) throw unsupported('prompt_logprobs', 'needs a text prompt');
  if (scores && ECHOES_NOT.has(dialect)) throw unsupported('echo');
  const body = {
    model: engine.upstream_model || model_name,
    ...promptFields(prompt),
    ...(scores ? { echo: true } : { stream: true, stream_options: { include_usage: true } }),
    max_tokens: Math.min(options.maxTokens ?? engine.max_output_tokens, engine.max_output_tokens),
    ...samplingFields(options, dialect),
    ...logprobFields(prompt, options),
    ...toolFields(prompt, options, dialect),
    response_format: responseFormat(options.responseFormat),
  };
  return { path: prompt.kind === 'chat' ? '/chat/completions' : '/completions', body: JSON.stringify(body) };
}

function promptFields(prompt: Prompt): object {
  if (prompt.kind === 'chat') return { messages: prompt.turns.map(messageOf) };
  return { prompt: prompt.kind === 'text' ? prompt.text : prompt.ids };
}

/** One message in the form of the OpenAI API. */
export function messageOf({ role, content, name, toolCalls, toolCallId }: ChatTurn): object {
  const calls = toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return {
    role,
    content: content === '' && calls.length > 0 ? null : content,
    name: name || undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    tool_call_id: toolCallId || undefined,
  };
}

function logprobFields(prompt: Prompt, { topLogprobs, promptLogprobs }: GenerationRequest['options']): object {
  if (topLogprobs === undefined && promptLogprobs === undefined) return {};
  // The older API has one number for the prompt and for what follows.
  if (prompt.kind !== 'chat') return { logprobs: Math.max(topLogprobs ?? 0, promptLogprobs ?? 0) };
  return { logprobs: true, top_logprobs: topLogprobs || undefined };
}

function responseFormat(format: GenerationRequest['options']['responseFormat']): object | undefined {
  if (format.kind === 'json_schema') {
    return { type: 'json_schema', json_schema: { name: 'answer', schema: format.schema, strict: true } };
  }
  return format.kind === 'text' ? undefined : { type: 'json_object' };
}
