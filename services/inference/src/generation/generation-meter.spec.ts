import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import { testMetrics } from '@weir/testing';
import { inferenceMetrics } from '../inference.metrics.js';
import type { GenerationPart, Usage } from './generation.js';
import { GenerationMeter } from './generation-meter.js';

const labels = { model_name: 'm', engine: 'e' };
const usage = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: 4,
});
const part = (tokens: number, more: Partial<GenerationPart> = {}): GenerationPart => ({
  text: 'x',
  tokens,
  usage: undefined,
  finish: undefined,
  ...more,
});

async function measured(
  run: (meter: GenerationMeter, at: (ms: number) => void) => void,
  used: Usage[] = [],
): Promise<string> {
  const metrics = testMetrics();
  let now = 1_000;
  const meter = new GenerationMeter({
    metrics: metrics.bind(inferenceMetrics),
    labels,
    monotonic: () => now,
    maxTokens: 64,
    onUse: (use) => used.push(use),
  });
  run(meter, (ms) => (now = 1_000 + ms));
  return (await metrics.render()).body;
}

describe('GenerationMeter', () => {
  it('measures arrival to first token, gaps, the whole, and counts tokens once', async () => {
    const body = await measured((meter, at) => {
      at(200);
      meter.onPart(part(1, { usage: usage(7, 1) }));
      at(500);
      meter.onPart(part(3, { usage: usage(7, 4) }));
      at(900);
      const finish = { reason: 'stop', queueMs: 50, prefillMs: 100, decodeMs: 700 } as const;
      meter.onPart(part(0, { usage: usage(7, 4), finish }));
    });
    expect(body).toContain('vllm:time_to_first_token_seconds_sum{model_name="m",engine="e"} 0.2');
    expect(body).toContain('vllm:inter_token_latency_seconds_sum{model_name="m",engine="e"} 0.1');
    expect(body).toContain('vllm:e2e_request_latency_seconds_sum{model_name="m",engine="e"} 0.9');
    expect(body).toContain('vllm:request_queue_time_seconds_sum{model_name="m",engine="e"} 0.05');
    expect(body).toContain('vllm:prompt_tokens_total{model_name="m",engine="e"} 7');
    expect(body).toContain('vllm:generation_tokens_total{model_name="m",engine="e"} 4');
    expect(body).toContain('finished_reason="stop"} 1');
    for (const [name, value] of [
      ['request_prefill_time_seconds_sum', 0.1],
      ['request_decode_time_seconds_sum', 0.7],
      ['request_prompt_tokens_sum', 7],
      ['request_generation_tokens_sum', 4],
      ['request_params_max_tokens_sum', 64],
      ['request_params_n_sum', 1],
      ['time_per_output_token_seconds_sum', 0.1],
      ['prefix_cache_queries_total', 7],
      ['prefix_cache_hits_total', 4],
    ]) {
      expect(body).toContain(`vllm:${name}{model_name="m",engine="e"} ${value}\n`);
    }
  });

  it('tells each token once to who adds up machine time and tokens', async () => {
    const used: Usage[] = [];
    await measured((meter) => {
      meter.onPart(part(1, { usage: usage(7, 1) }));
      meter.onPart(part(3, { usage: usage(7, 4) }));
    }, used);
    expect(used).toEqual([usage(7, 1), { inputTokens: 0, outputTokens: 3, cachedInputTokens: 0 }]);
  });

  it('counts failures by their code', async () => {
    const body = await measured((meter) => {
      meter.onError(new WeirError('engine_failed', 'x'));
      meter.onError(new TypeError('x'));
    });
    expect(body).toMatch(/failures_total\{.*code="engine_failed"\} 1/);
    expect(body).toMatch(/failures_total\{.*code="internal"\} 1/);
  });
});
