import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import { testMetrics } from '@weir/testing';
import { inferenceMetrics } from '../inference.metrics.js';
import type { GenerationPart } from './generation.js';
import { GenerationMeter } from './generation-meter.js';

const labels = { model_name: 'm', engine: 'e' };
const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens, cachedInputTokens: 0 });
const part = (tokens: number, more: Partial<GenerationPart> = {}): GenerationPart => ({
  text: 'x',
  tokens,
  usage: undefined,
  finish: undefined,
  ...more,
});

async function measured(run: (meter: GenerationMeter, at: (ms: number) => void) => void): Promise<string> {
  const metrics = testMetrics();
  let now = 1_000;
  const meter = new GenerationMeter(metrics.bind(inferenceMetrics), labels, () => now);
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
