import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineUsageMeter } from './engine-usage.js';

function metered() {
  const time = { at: 1_000 };
  const clock = { now: () => time.at, monotonic: () => time.at };
  return { meter: new EngineUsageMeter(clock), pass: (ms: number) => void (time.at += ms) };
}

describe('the usage of an engine', () => {
  it('is the time loaded, the time busy and the tokens since the last take', () => {
    const { meter, pass } = metered();
    meter.setLoaded(true);
    pass(100);
    meter.setBusy(true);
    pass(40);
    meter.count({ inputTokens: 10, outputTokens: 3, cachedInputTokens: 4 });
    meter.setBusy(false);
    pass(60);
    expect(meter.take()).toEqual({
      started_at: 1_000,
      ended_at: 1_200,
      loaded_ms: 200,
      busy_ms: 40,
      input_tokens: 10,
      cached_input_tokens: 4,
      output_tokens: 3,
    });
    pass(50);
    expect(meter.take()).toMatchObject({
      started_at: 1_200,
      ended_at: 1_250,
      loaded_ms: 50,
      busy_ms: 0,
      input_tokens: 0,
    });
  });

  it('is not told when there was none', () => {
    const { meter, pass } = metered();
    pass(1_000);
    expect(meter.take()).toBeUndefined();
    meter.count({ inputTokens: 1, outputTokens: 0, cachedInputTokens: 0 });
    expect(meter.take()).toMatchObject({ input_tokens: 1, started_at: 2_000 });
  });

  it('adds up to the same sum however often it is taken', () => {
    const steps = fc.array(
      fc.record({ ms: fc.integer({ min: 0, max: 1_000 }), loaded: fc.boolean(), take: fc.boolean() }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const often = metered();
        const once = metered();
        let sum = 0;
        for (const { ms, loaded, take } of all) {
          for (const { meter, pass } of [often, once]) {
            meter.setLoaded(loaded);
            pass(ms);
          }
          if (take) sum += often.meter.take()?.loaded_ms ?? 0;
        }
        sum += often.meter.take()?.loaded_ms ?? 0;
        expect(sum).toBe(once.meter.take()?.loaded_ms ?? 0);
      }),
    );
  });
});
