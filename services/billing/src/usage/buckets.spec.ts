import { describe, expect, it } from 'vitest';
import { costResult, pageOf, usageResult, type UsageSum } from './buckets.js';
import { usageQuery } from './usage-query.js';

const DAY = 86_400_000;
const sum = (given: Partial<UsageSum> = {}): UsageSum => ({
  bucketMs: DAY,
  projectId: null,
  apiKeyId: null,
  model: null,
  requests: 3,
  inputTokens: 100,
  cachedInputTokens: 20,
  outputTokens: 10,
  amount: 1_234_567_890_123n,
  ...given,
});

describe('pageOf', () => {
  it('has every bucket, the empty ones too, and the token of the next page', () => {
    const query = usageQuery({ start_time: '0', end_time: String((5 * DAY) / 1000), limit: '3' }, 0);
    const page = pageOf(query, [sum(), sum({ model: 'other' })], usageResult);
    expect(page).toMatchObject({ object: 'page', has_more: true, next_page: expect.stringMatching(/^page_/) });
    expect(page.data.map((bucket) => [bucket.start_time, bucket.end_time, bucket.results.length])).toEqual([
      [0, 86_400, 0],
      [86_400, 172_800, 2],
      [172_800, 259_200, 0],
    ]);
  });

  it('ends with null', () => {
    const query = usageQuery({ start_time: '0', end_time: '10' }, 0);
    expect(pageOf(query, [], usageResult)).toMatchObject({ has_more: false, next_page: null });
  });
});

describe('results', () => {
  it('are shaped like those of OpenAI', () => {
    expect(usageResult(sum({ model: 'smollm2' }))).toMatchObject({
      object: 'organization.usage.completions.result',
      input_tokens: 100,
      input_cached_tokens: 20,
      output_tokens: 10,
      num_model_requests: 3,
      model: 'smollm2',
      project_id: null,
    });
  });

  it('give money exactly beside the number', () => {
    expect(costResult(sum({ model: 'smollm2' }))).toEqual({
      object: 'organization.costs.result',
      amount: { value: 1.234567890123, value_decimal: '1.234567890123', currency: 'usd' },
      line_item: 'smollm2',
      project_id: null,
      api_key_id: null,
    });
  });
});
