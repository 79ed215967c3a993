import type { Usage } from '../../generation/generation.js';
import { fieldsOf, type Fields } from '../json-fields.js';

/**
 * Usage out of a chunk or an answer, in the forms of OpenAI (vLLM, SGLang, TGI, Ollama's twin), of single choices
 * (Moonshot), of Groq, Anthropic and Ollama's own API, or out of llama-server's timings. Undefined where it is not there,
 * or where its numbers are none.
 */
export function usageIn(chunk: Fields): Usage | undefined {
  const choice = Array.isArray(chunk.choices) ? fieldsOf(chunk.choices[0]) : undefined;
  const told = [chunk.usage, choice?.usage, fieldsOf(chunk.x_groq)?.usage].map(fieldsOf).find((one) => one);
  if (told) return usageOf(told);
  const timings = fieldsOf(chunk.timings);
  return timings && ofTimings(timings);
}

function usageOf(usage: Fields): Usage | undefined {
  const inputTokens = first(usage, ['prompt_tokens', 'input_tokens', 'prompt_eval_count']);
  const completion = first(usage, ['completion_tokens', 'output_tokens', 'eval_count']);
  if (inputTokens === undefined || completion === undefined) return undefined;
  // Some tell the tokens of thinking in the total only.
  const total = count(usage.total_tokens) ?? 0;
  const outputTokens = Math.max(completion, total - inputTokens);
  return { inputTokens, outputTokens, cachedInputTokens: Math.min(cachedOf(usage), inputTokens) };
}

function cachedOf(usage: Fields): number {
  const details = fieldsOf(usage.prompt_tokens_details) ?? fieldsOf(usage.input_tokens_details);
  return (
    count(details?.cached_tokens) ??
    first(usage, ['cached_tokens', 'prompt_cache_hit_tokens', 'cache_read_input_tokens']) ??
    0
  );
}

/** llama-server: `prompt_n` are the tokens that were evaluated, `cache_n` those that were not. */
function ofTimings(timings: Fields): Usage | undefined {
  const evaluated = count(timings.prompt_n);
  const outputTokens = count(timings.predicted_n);
  if (evaluated === undefined || outputTokens === undefined) return undefined;
  const cachedInputTokens = count(timings.cache_n) ?? 0;
  return { inputTokens: evaluated + cachedInputTokens, outputTokens, cachedInputTokens };
}

function first(fields: Fields, names: readonly string[]): number | undefined {
  return names.map((name) => count(fields[name])).find((value) => value !== undefined);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
