import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlicePace } from '../../../engine/src/batch/slice-pace.js';

/** A machine on which a prompt token and a step of running streams cost so much. */
function settled(promptTokenMs: number, decodeMs: number, streams = 4): SlicePace {
  const pace = new SlicePace();
  for (let step = 0; step < 60; step++) {
    pace.onStep({ promptTokens: 0, sampledTokens: streams, durationMs: decodeMs });
    const promptTokens = pace.slices().besideDecode;
    pace.onStep({ promptTokens, sampledTokens: streams, durationMs: decodeMs + promptTokens * promptTokenMs });
  }
  return pace;
}

describe('SlicePace', () => {
  it('begins in the middle', () => {
    expect(new SlicePace().slices()).toEqual({ alone: 256, besideDecode: 64 });
  });

  it('makes steps of a quarter of a second alone, within 128 to 512 tokens', () => {
    const pace = new SlicePace();
    pace.onStep({ promptTokens: 256, sampledTokens: 0, durationMs: 256 });
    expect(pace.slices().alone).toBe(250);
    expect(settled(0.1, 20).slices().alone).toBe(512);
    expect(settled(5, 20).slices().alone).toBe(128);
  });

  it('at most doubles the gap of running streams, save for the smallest slice', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.double({ min: 5, max: 200, noNaN: true }),
        (promptTokenMs, decodeMs) => {
          const { besideDecode } = settled(promptTokenMs, decodeMs).slices();
          const step = decodeMs + besideDecode * promptTokenMs;
          expect(step).toBeLessThanOrEqual(Math.max(2.05 * decodeMs, decodeMs + 16 * promptTokenMs));
          expect(besideDecode).toBeGreaterThanOrEqual(16);
          expect(besideDecode).toBeLessThanOrEqual(512);
        },
      ),
    );
  });

  it('follows a machine that becomes slower', () => {
    const pace = settled(0.5, 50);
    const fast = pace.slices().besideDecode;
    for (let step = 0; step < 40; step++)
      pace.onStep({ promptTokens: fast, sampledTokens: 4, durationMs: 50 + fast * 2 });
    expect(pace.slices().besideDecode).toBeLessThan(fast / 2);
  });

  it('learns nothing of a step that did nothing', () => {
    const pace = new SlicePace();
    pace.onStep({ promptTokens: 0, sampledTokens: 0, durationMs: 0 });
    expect(pace.slices()).toEqual(new SlicePace().slices());
  });
});
