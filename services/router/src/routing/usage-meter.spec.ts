import { engineV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_USE, totalUse, UsageMeter } from './usage-meter.js';

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

  it('counts a token for each thought that nobody counted', () => {
    const meter = new UsageMeter();
    meter.onMessage(engineV1.GenerateResponse.fromPartial({ reasoning: 'hm' }));
    meter.onMessage(message('a'));
    expect(meter.use.outputTokens).toBe(2);
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

describe('tokens that nobody reported', () => {
  it('are counted by their log probabilities, and calls count too', () => {
    const meter = new UsageMeter();
    const logprobs = [{ token: 'a' }, { token: 'b' }];
    meter.onMessage(engineV1.GenerateResponse.fromPartial({ text: 'ab', logprobs }));
    meter.onMessage(engineV1.GenerateResponse.fromPartial({ toolCalls: [{ index: 0, arguments: '{' }] }));
    expect(meter.use.outputTokens).toBe(3);
    expect([meter.inputKnown, meter.inputUnknown]).toEqual([false, true]);
  });
});

describe('totalUse', () => {
  const answer = (
    promptIndex: number,
    use?: { inputTokens: number; cachedInputTokens: number; outputTokens: number },
  ) => {
    const meter = new UsageMeter();
    if (use) meter.onMessage(engineV1.GenerateResponse.fromPartial({ usage: use }));
    return { promptIndex, meter };
  };

  it('bills the input of a prompt once and every answer to it', () => {
    const total = totalUse([
      answer(0, { inputTokens: 9, cachedInputTokens: 8, outputTokens: 1 }),
      answer(0, { inputTokens: 9, cachedInputTokens: 0, outputTokens: 2 }),
      answer(0),
      answer(1, { inputTokens: 5, cachedInputTokens: 4, outputTokens: 3 }),
    ]);
    expect(total).toEqual({ inputTokens: 14, cachedInputTokens: 4, outputTokens: 6 });
    expect(totalUse([])).toEqual(NO_USE);
  });

  it('is the sum when every prompt has one answer, and never below any of its answers', () => {
    const use = fc
      .record({ inputTokens: fc.nat(1000), cachedInputTokens: fc.nat(1000), outputTokens: fc.nat(1000) })
      .map((one) => ({ ...one, cachedInputTokens: Math.min(one.cachedInputTokens, one.inputTokens) }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), use), { minLength: 1 }), (answers) => {
        const total = totalUse(answers.map(([prompt, one]) => answer(prompt, one)));
        expect(total.outputTokens).toBe(answers.reduce((sum, [, one]) => sum + one.outputTokens, 0));
        expect(total.inputTokens).toBeGreaterThanOrEqual(Math.max(...answers.map(([, one]) => one.inputTokens)));
        expect(total.cachedInputTokens).toBeLessThanOrEqual(total.inputTokens);
      }),
    );
  });
});
