import { engineV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { NO_USE, UsageMeter } from './usage-meter.js';

const message = (text: string, usage?: { inputTokens: number; outputTokens: number }) =>
  engineV1.GenerateResponse.fromPartial({ text, ...(usage ? { usage } : {}) });

describe('UsageMeter', () => {
  it('is zero before anything was generated', () => {
    const meter = new UsageMeter();
    expect(meter.use).toEqual(NO_USE);
    expect(meter.inputUnknown).toBe(false);
  });

  it("takes the engine's own numbers", () => {
    const meter = new UsageMeter();
    meter.onMessage(message('several tokens at once'));
    meter.onMessage(message('', { inputTokens: 9, outputTokens: 5 }));
    expect(meter.use).toEqual({ inputTokens: 9, cachedInputTokens: 0, outputTokens: 5 });
    expect(meter.inputUnknown).toBe(false);
  });

  it('counts a token for each text after the last number', () => {
    const meter = new UsageMeter();
    meter.onMessage(message('a', { inputTokens: 9, outputTokens: 1 }));
    meter.onMessage(message('b'));
    meter.onMessage(message(''));
    meter.onMessage(message('c'));
    expect(meter.use).toEqual({ inputTokens: 9, cachedInputTokens: 0, outputTokens: 3 });
  });

  it('asks for the input only when nobody told it', () => {
    const meter = new UsageMeter();
    meter.onMessage(message('a'));
    meter.onMessage(message('b'));
    expect(meter.inputUnknown).toBe(true);
    meter.setInput(11);
    expect(meter.use).toEqual({ inputTokens: 11, cachedInputTokens: 0, outputTokens: 2 });
    meter.setInput(99);
    expect(meter.use.inputTokens).toBe(11);
  });

  it.each([
    [
      { input_tokens: 4, output_tokens: 2 },
      { inputTokens: 4, cachedInputTokens: 0, outputTokens: 2 },
    ],
    [
      { input_tokens: 4, output_tokens: 2, cached_input_tokens: 1 },
      { inputTokens: 4, cachedInputTokens: 1, outputTokens: 2 },
    ],
    [{ input_tokens: 4 }, { inputTokens: 0, cachedInputTokens: 0, outputTokens: 1 }],
    [{}, { inputTokens: 0, cachedInputTokens: 0, outputTokens: 1 }],
  ])('reads the usage of a failure from its details %o', (details, use) => {
    const meter = new UsageMeter();
    meter.onMessage(message('a'));
    meter.onError(new WeirError('engine_failed', 'x', { details }));
    expect(meter.use).toEqual(use);
  });

  it('never counts more cached input than there was', () => {
    const meter = new UsageMeter();
    const usage = { inputTokens: 3, outputTokens: 1, cachedInputTokens: 9 };
    meter.onMessage(engineV1.GenerateResponse.fromPartial({ text: 'a', usage }));
    expect(meter.use.cachedInputTokens).toBe(3);
  });

  it('takes no usage from an error that is none of ours', () => {
    const meter = new UsageMeter();
    meter.onError(new TypeError('x'));
    expect(meter.use).toEqual(NO_USE);
  });
});
