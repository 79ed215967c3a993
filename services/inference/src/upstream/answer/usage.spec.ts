import { describe, expect, it } from 'vitest';
import { usageIn } from './usage.js';

const openai = { prompt_tokens: 7, completion_tokens: 2 };
const plain = { inputTokens: 7, outputTokens: 2, cachedInputTokens: 0 };

describe('usageIn', () => {
  it.each([
    ['OpenAI', { usage: { ...openai, prompt_tokens_details: { cached_tokens: 3 } } }, 3],
    ['vLLM without details', { usage: { ...openai, prompt_tokens_details: null } }, 0],
    ['DeepSeek', { usage: { ...openai, prompt_cache_hit_tokens: 4 } }, 4],
    ['more cached than there is', { usage: { ...openai, prompt_tokens_details: { cached_tokens: 30 } } }, 7],
    ['Anthropic', { usage: { input_tokens: 7, output_tokens: 2, cache_read_input_tokens: 5 } }, 5],
    ['Ollama’s own', { usage: { prompt_eval_count: 7, eval_count: 2 } }, 0],
    ['a choice’s', { choices: [{ usage: openai }] }, 0],
    ['Groq', { x_groq: { usage: openai } }, 0],
    ['llama-server’s times', { timings: { prompt_n: 5, cache_n: 2, predicted_n: 2 } }, 2],
    ['an older llama-server’s times', { timings: { prompt_n: 7, predicted_n: 2 } }, 0],
  ])('reads %s', (_whose, chunk, cachedInputTokens) => {
    expect(usageIn(chunk)).toEqual({ ...plain, cachedInputTokens });
  });

  it('counts thoughts that only the total has', () => {
    expect(usageIn({ usage: { ...openai, total_tokens: 29 } })).toMatchObject({ outputTokens: 22 });
    expect(usageIn({ usage: { ...openai, total_tokens: 1 } })).toMatchObject({ outputTokens: 2 });
  });

  it('prefers usage to times', () => {
    expect(usageIn({ usage: openai, timings: { prompt_n: 1, predicted_n: 1 } })).toEqual(plain);
  });

  it.each([
    ['nothing', {}],
    ['null', { usage: null }],
    ['a negative number', { usage: { prompt_tokens: -1, completion_tokens: 1 } }],
    ['a fraction', { usage: { prompt_tokens: 1.5, completion_tokens: 1 } }],
    ['one half', { usage: { prompt_tokens: 1 } }],
    ['texts', { usage: { prompt_tokens: '1', completion_tokens: '1' } }],
  ])('takes %s for none', (_what, chunk) => {
    expect(usageIn(chunk)).toBeUndefined();
  });
});
