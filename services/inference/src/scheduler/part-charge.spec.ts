import { describe, expect, it, vi } from 'vitest';
import type { GenerationPart } from '../generation/generation.js';
import { PartCharge } from './part-charge.js';

const part = (tokens: number, more: Partial<GenerationPart> = {}): GenerationPart => ({
  text: '',
  tokens,
  usage: undefined,
  finish: undefined,
  ...more,
});
const finish = { reason: 'stop', queueMs: 0, prefillMs: 0, decodeMs: 0 } as const;

function charged(parts: readonly GenerationPart[], estimate = 50) {
  const served = vi.fn();
  const charge = new PartCharge({ served }, estimate);
  for (const one of parts) charge.onPart(one);
  return served.mock.calls.flat();
}

describe('PartCharge', () => {
  it('charges the estimate of the prompt with the first part, and what was generated with each', () => {
    expect(charged([part(1), part(0), part(3)])).toEqual([
      { prompt: 50, output: 1 },
      { prompt: 0, output: 3 },
    ]);
  });

  it('charges what the estimate missed with the last part', () => {
    const usage = { inputTokens: 90, cachedInputTokens: 20, outputTokens: 6 };
    expect(charged([part(4), part(0, { usage, finish })])).toEqual([
      { prompt: 50, output: 4 },
      { prompt: 20, output: 2 },
    ]);
  });

  it('gives nothing back', () => {
    const usage = { inputTokens: 5, cachedInputTokens: 0, outputTokens: 1 };
    expect(charged([part(4), part(0, { usage, finish })])).toEqual([{ prompt: 50, output: 4 }]);
  });
});
