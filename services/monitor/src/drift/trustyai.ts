import type { ModelCount } from '../aggregates/aggregate.repository.js';
import type { MonitorSettings } from '../monitor.config.js';
import type { CheckedSeries } from './drift.repository.js';

const METRIC = 'KSTEST';

/** `GET /info` of TrustyAI: an object by model. */
export function modelInfo(models: readonly ModelCount[], checked: readonly CheckedSeries[]) {
  return Object.fromEntries(
    models.map(({ model, requests, errors }) => {
      const scheduled = checked.filter((each) => each.model === model).length;
      const metricCounts = scheduled ? { [METRIC]: scheduled } : {};
      const data = { observations: requests, errors };
      return [model, { metrics: { scheduledMetadata: { metricCounts } }, data }];
    }),
  );
}

/** `GET /metrics/drift/kstest/requests` of TrustyAI, with the last result beside each request. */
export function driftRequests(
  checked: readonly CheckedSeries[],
  settings: Pick<MonitorSettings, 'driftAlpha' | 'driftMinSamples' | 'driftIntervalMs'>,
) {
  const requests = checked.map(({ projectId, model, state }) => ({
    id: `${projectId}/${model}/${state.series}`,
    request: {
      modelId: model,
      requestName: state.series,
      metricName: METRIC,
      batchSize: settings.driftMinSamples,
      referenceTag: 'reference',
      fitColumns: [state.series],
      thresholdDelta: settings.driftAlpha,
    },
    intervalMs: settings.driftIntervalMs,
    lastResult: {
      state: state.state,
      value: state.value,
      pValue: state.pValue,
      referenceSamples: state.referenceSamples,
      currentSamples: state.currentSamples,
      comparedAt: state.comparedMs ?? null,
    },
  }));
  return { requests };
}
