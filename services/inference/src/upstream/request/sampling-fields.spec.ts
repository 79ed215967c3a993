import { describe, expect, it } from 'vitest';
import type { GenerationOptions } from '../../generation/generation.js';
import { samplingFields } from './sampling-fields.js';

const NEUTRAL = { topK: 0, minP: 0, repetitionPenalty: 1, frequencyPenalty: 0, presencePenalty: 0 };
const fieldsOf = (options: Partial<GenerationOptions>, dialect?: Parameters<typeof samplingFields>[1]) => {
  const all = {
    stop: [],
    logitBias: new Map(),
    ignoreEos: false,
    minTokens: 0,
    ...options,
  } as unknown as GenerationOptions;
  return JSON.parse(JSON.stringify(samplingFields(all, dialect))) as Record<string, unknown>;
};

describe('samplingFields', () => {
  it('has the names of OpenAI and of vLLM', () => {
    const options = {
      temperature: 0.5,
      topP: 0.9,
      topK: 7,
      minP: 0.1,
      repetitionPenalty: 1.2,
      frequencyPenalty: -1,
      presencePenalty: 1,
      logitBias: new Map([[5, -100]]),
      ignoreEos: true,
      minTokens: 4,
    };
    expect(fieldsOf(options)).toEqual({
      temperature: 0.5,
      top_p: 0.9,
      top_k: 7,
      min_p: 0.1,
      repetition_penalty: 1.2,
      frequency_penalty: -1,
      presence_penalty: 1,
      logit_bias: { 5: -100 },
      ignore_eos: true,
      min_tokens: 4,
    });
  });

  it('sends neutral values only where a default of the server would stand in their place', () => {
    expect(fieldsOf(NEUTRAL)).toEqual({});
    const neutral = { top_k: -1, min_p: 0, frequency_penalty: 0, presence_penalty: 0 };
    expect(fieldsOf(NEUTRAL, 'vllm')).toEqual({ ...neutral, repetition_penalty: 1 });
    expect(fieldsOf(NEUTRAL, 'llamacpp')).toEqual({ ...neutral, repeat_penalty: 1 });
    expect(fieldsOf(NEUTRAL, 'ollama')).toEqual({});
  });

  it.each([
    ['ollama', { topK: 5 }, 'top_k'],
    ['ollama', { logitBias: new Map([[1, 1]]) }, 'logit_bias'],
    ['tgi', { ignoreEos: true }, 'ignore_eos'],
    ['llamacpp', { minTokens: 3 }, 'min_tokens'],
  ] as const)('refuses for %s what it would ignore: %j', (dialect, options, param) => {
    expect(() => fieldsOf(options, dialect)).toThrow(expect.objectContaining({ code: 'unsupported_parameter', param }));
    expect(() => fieldsOf(options, 'vllm')).not.toThrow();
  });

  it.each([undefined, 'vllm', 'sglang', 'llamacpp', 'tgi', 'trtllm', 'triton', 'ollama'] as const)(
    'sends %s nothing that nobody set',
    (dialect) => {
      expect(fieldsOf({}, dialect)).toEqual({});
    },
  );
});
