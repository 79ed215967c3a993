import { describe, expect, it } from 'vitest';
import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import type { SamplingOptions } from '../../../engine/src/protocol.js';
import { samplerConfig } from '../../../engine/src/sampling/sampler-config.js';
import { greedy } from '../batch/fake-model.js';

const prompt = Array.from({ length: 2_000 }, (_, index) => index) as Token[];

function config(sampling: Partial<SamplingOptions>, mustGoOn = false) {
  const context = { promptTokens: prompt, endTokens: [2, 3] as Token[], mustGoOn };
  return samplerConfig({ ...greedy, ...sampling }, context);
}

describe('samplerConfig', () => {
  it('has a sampler only for what changes something', () => {
    expect(config({ topK: 0 })).toEqual({ temperature: 0, seed: 1 });
    expect(config({ topK: 40, topP: 0.9, minP: 0.1 })).toEqual({
      temperature: 0,
      seed: 1,
      topK: 40,
      topP: 0.9,
      minP: 0.1,
    });
  });

  it('counts the prompt for a repetition penalty alone, else only what is generated', () => {
    const repetition = config({ repetitionPenalty: 1.2 });
    expect(repetition).toMatchObject({ repeatPenalty: 1.2, repeatPenaltyMaxTokens: 1_024 });
    expect([...repetition.repeatPenaltyTokens!]).toEqual(prompt.slice(-1_024));
    const counted = config({ frequencyPenalty: 0.5, presencePenalty: -1 });
    expect(counted).toMatchObject({ repeatPenaltyFrequencyPenalty: 0.5, repeatPenaltyPresencePenalty: -1 });
    expect(counted.repeatPenaltyTokens).toHaveLength(0);
  });

  it('bans at -100 and what would end too early, whatever the bias says', () => {
    const biased = config(
      {
        logitBias: [
          [2, 5],
          [9, -100],
          [8, 1.5],
        ],
      },
      true,
    );
    const byToken = new Map([...biased.tokenBiasKeys!].map((token, index) => [token, biased.tokenBiasValues![index]]));
    expect(byToken).toEqual(
      new Map([
        [2, -Infinity],
        [9, -Infinity],
        [8, 1.5],
        [3, -Infinity],
      ]),
    );
    expect(config({}, false).tokenBiasKeys).toBeUndefined();
  });
});
