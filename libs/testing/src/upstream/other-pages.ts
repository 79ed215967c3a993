import type { Behaviour, UpstreamRequestBody } from './behaviour.js';

/** The load of a fake upstream in the words of vLLM. */
export function metricsPage(running: number, { models, queued, kvUsage }: Behaviour): string {
  const labels = `{engine="0",model_name="${models[0] ?? ''}"}`;
  const gauge = (name: string, value: number) => `# TYPE ${name} gauge\n${name}${labels} ${value.toFixed(3)}\n`;
  return [
    gauge('vllm:num_requests_running', running),
    gauge('vllm:num_requests_waiting', queued),
    gauge('vllm:kv_cache_usage_perc', kvUsage),
  ].join('');
}

/** Vectors that are a function of their text; a token is a word. */
export function embeddingsBody({ model, input = [] }: UpstreamRequestBody, { dimensions }: Behaviour): object {
  const inputs = [input].flat();
  const tokens = inputs.map((one) => (typeof one === 'string' ? (one.match(/\S+/g)?.length ?? 0) : one.length));
  const prompt_tokens = tokens.reduce((sum, count) => sum + count, 0);
  return {
    object: 'list',
    model,
    data: inputs.map((one, index) => ({ object: 'embedding', index, embedding: vectorOf(String(one), dimensions) })),
    usage: { prompt_tokens, total_tokens: prompt_tokens },
  };
}

/** vLLM's tokenizer, of characters: their code points are the tokens. */
export function tokenizerBody({ prompt, messages = [], tokens: given }: UpstreamRequestBody): object {
  if (Array.isArray(given)) return { prompt: String.fromCodePoint(...(given as number[])) };
  const text = typeof prompt === 'string' ? prompt : messages.map(({ content }) => String(content)).join('');
  const tokens = [...text].map((character) => character.codePointAt(0));
  return { count: tokens.length, max_model_len: 4_096, tokens };
}

export function modelsBody({ models }: Behaviour): object {
  return { object: 'list', data: models.map((id) => ({ id, object: 'model', owned_by: 'fake' })) };
}

function vectorOf(text: string, dimensions: number): number[] {
  let state = 7;
  for (const character of text) state = (state * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return Array.from({ length: dimensions }, (_, index) => Math.sin(state + index));
}
