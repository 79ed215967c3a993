import { describe, expect, it } from 'vitest';
import type { CheckedSeries } from './drift.repository.js';
import { driftRequests, modelInfo } from './trustyai.js';

const checked = (model: string, given: Partial<CheckedSeries['state']> = {}): CheckedSeries => ({
  projectId: 'p',
  model,
  state: {
    series: 'input_tokens',
    reference: undefined,
    referenceWindow: 0,
    state: 'drift',
    value: 0.4,
    threshold: 0.1,
    pValue: 0.001,
    referenceSamples: 500,
    currentSamples: 120,
    comparedMs: 5,
    announcedMs: 5,
    ...given,
  },
});

describe('the forms of TrustyAI', () => {
  it('show models with their counts and checks', () => {
    const models = [
      { model: 'a', requests: 10, errors: 1 },
      { model: 'b', requests: 2, errors: 0 },
    ];
    expect(modelInfo(models, [checked('a'), checked('a', { series: 'duration_ms' })])).toEqual({
      a: { metrics: { scheduledMetadata: { metricCounts: { KSTEST: 2 } } }, data: { observations: 10, errors: 1 } },
      b: { metrics: { scheduledMetadata: { metricCounts: {} } }, data: { observations: 2, errors: 0 } },
    });
  });

  it('show each check with its last result', () => {
    const settings = { driftAlpha: 0.01, driftMinSamples: 100, driftIntervalMs: 60_000 };
    const { requests } = driftRequests([checked('a'), checked('b', { comparedMs: undefined })], settings);
    expect(requests[0]).toEqual({
      id: 'p/a/input_tokens',
      request: {
        modelId: 'a',
        requestName: 'input_tokens',
        metricName: 'KSTEST',
        batchSize: 100,
        referenceTag: 'reference',
        fitColumns: ['input_tokens'],
        thresholdDelta: 0.01,
      },
      intervalMs: 60_000,
      lastResult: {
        state: 'drift',
        value: 0.4,
        pValue: 0.001,
        referenceSamples: 500,
        currentSamples: 120,
        comparedAt: 5,
      },
    });
    expect(requests[1]?.lastResult.comparedAt).toBeNull();
  });
});
