import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUDGET_THRESHOLDS, reachedThresholds } from './budget-thresholds.js';

describe('reachedThresholds', () => {
  it('is reached exactly at the threshold, not one pico-USD before', () => {
    expect(reachedThresholds({ limit: 1000n, settled: 499n, announced: 0 })).toEqual([]);
    expect(reachedThresholds({ limit: 1000n, settled: 500n, announced: 0 })).toEqual([50]);
    expect(reachedThresholds({ limit: 1000n, settled: 999n, announced: 50 })).toEqual([80]);
    expect(reachedThresholds({ limit: 1000n, settled: 5000n, announced: 0 })).toEqual([50, 80, 100]);
  });

  it('treats a limit of zero as used up by the first spending only', () => {
    expect(reachedThresholds({ limit: 0n, settled: 0n, announced: 0 })).toEqual([]);
    expect(reachedThresholds({ limit: 0n, settled: 1n, announced: 0 })).toEqual([50, 80, 100]);
  });

  it('announces each threshold at most once and in order, whatever the steps', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n })),
        (limit, steps) => {
          let settled = 0n;
          const announced: number[] = [];
          for (const step of steps) {
            settled += step;
            announced.push(...reachedThresholds({ limit, settled, announced: announced.at(-1) ?? 0 }));
          }
          expect(announced).toEqual(BUDGET_THRESHOLDS.filter((percent) => settled * 100n >= limit * BigInt(percent)));
        },
      ),
    );
  });
});
