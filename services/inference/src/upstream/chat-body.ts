import type { DeploymentState } from '@weir/contracts';
import type { GenerationRequest } from '../generation/generation.js';

export interface UpstreamRequest {
  /** Below the base URL. */
  readonly path: string;
  readonly body: string;
}

/** The request in the form of the OpenAI API: always a stream, always with usage. */
export function upstreamRequest({ prompt, options }: GenerationRequest, deployment: DeploymentState): UpstreamRequest {
  const { engine, model_name } = deployment;
  const body = {
    model: engine.upstream_model || model_name,
    ...(prompt.kind === 'chat' ? { messages: prompt.turns.map(message) } : { prompt: prompt.text }),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: Math.min(options.maxTokens ?? engine.max_output_tokens, engine.max_output_tokens),
    temperature: options.temperature,
    top_p: options.topP,
    seed: options.seed,
    stop: options.stop.length > 0 ? options.stop : undefined,
  };
  return { path: prompt.kind === 'chat' ? '/chat/completions' : '/completions', body: JSON.stringify(body) };
}

function message({ role, content, name }: { role: string; content: string; name: string }) {
  return name === '' ? { role, content } : { role, content, name };
}
