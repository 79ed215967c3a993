import { holm } from './holm.js';
import { kolmogorovSmirnov, type KolmogorovSmirnov } from './kolmogorov-smirnov.js';
import type { Sample, Series } from './sample.js';

export type DriftState = 'ok' | 'drift' | 'insufficient_data';

/** What is known of one series: its reference and the last comparison with it. */
export interface SeriesState {
  readonly series: Series;
  readonly reference: readonly number[] | undefined;
  /** Number of the window that the reference was taken from. */
  readonly referenceWindow: number | undefined;
  readonly state: DriftState;
  readonly value: number;
  readonly threshold: number;
  /** After Holm's correction over the series of the model. */
  readonly pValue: number;
  readonly referenceSamples: number;
  readonly currentSamples: number;
  readonly comparedMs: number | undefined;
  readonly announcedMs: number | undefined;
}

export interface DriftRules {
  readonly minSamples: number;
  /** Size of the reference that is taken from the first window. */
  readonly referenceSamples: number;
  readonly alpha: number;
  readonly minEffect: number;
  /** A comparison older than this no longer says anything. Milliseconds. */
  readonly staleMs: number;
}

export interface CurrentWindow {
  /** 0 = the first of this model. */
  readonly number: number;
  readonly samples: readonly Sample[];
}

export interface WindowCheck {
  readonly series: readonly SeriesState[];
  /** The window was used and the next one begins, so that each request is judged once. */
  readonly isUsed: boolean;
}

/** Compares a window with the references, or makes it the reference where there is none. */
export function checkWindow(
  window: CurrentWindow,
  series: readonly SeriesState[],
  rules: DriftRules,
  nowMs: number,
): WindowCheck {
  const lacksReference = series.some(({ reference }) => !reference);
  const needed = lacksReference && window.number === 0 ? rules.referenceSamples : rules.minSamples;
  if (window.samples.length < needed) {
    return { isUsed: false, series: series.map((state) => withoutComparison(state, window, rules, nowMs)) };
  }
  const comparable = series.filter((state) => state.reference && state.referenceWindow !== window.number);
  const compared = compare(comparable, window, rules, nowMs);
  const next = series.map((state) => {
    if (!state.reference) return withReference(state, window);
    return compared.get(state.series) ?? withoutComparison(state, window, rules, nowMs);
  });
  return { isUsed: true, series: next };
}

const valuesOf = (samples: readonly Sample[], series: Series) => samples.map((sample) => sample[series]);

function compare(
  series: readonly SeriesState[],
  window: CurrentWindow,
  rules: DriftRules,
  nowMs: number,
): Map<Series, SeriesState> {
  const tests = series.map((state) => kolmogorovSmirnov(state.reference ?? [], valuesOf(window.samples, state.series)));
  const adjusted = holm(tests.map(({ pValue }) => pValue));
  return new Map(
    series.map((state, index) => {
      const { statistic: value }: Pick<KolmogorovSmirnov, 'statistic'> = tests[index] ?? { statistic: 0 };
      const pValue = adjusted[index] ?? 1;
      const isDrift = value >= rules.minEffect && pValue <= rules.alpha;
      const result: SeriesState = {
        ...state,
        state: isDrift ? 'drift' : 'ok',
        value,
        threshold: rules.minEffect,
        pValue,
        referenceSamples: state.reference?.length ?? 0,
        currentSamples: window.samples.length,
        comparedMs: nowMs,
      };
      return [state.series, result];
    }),
  );
}

function withReference(state: SeriesState, window: CurrentWindow): SeriesState {
  const reference = valuesOf(window.samples, state.series);
  return { ...unknown(state, 0), reference, referenceWindow: window.number, referenceSamples: reference.length };
}

function withoutComparison(state: SeriesState, window: CurrentWindow, rules: DriftRules, nowMs: number): SeriesState {
  const isFresh = state.comparedMs !== undefined && nowMs - state.comparedMs < rules.staleMs;
  return isFresh ? state : unknown(state, window.samples.length);
}

function unknown(state: SeriesState, currentSamples: number): SeriesState {
  return {
    ...state,
    state: 'insufficient_data',
    value: 0,
    pValue: 1,
    referenceSamples: state.reference?.length ?? 0,
    currentSamples,
    comparedMs: undefined,
  };
}

/** Every change of state is told, and a state that stays is told again, except that there is nothing to see. */
export function isToAnnounce(
  before: SeriesState,
  after: SeriesState,
  options: { readonly repeatMs: number; readonly nowMs: number },
): boolean {
  if (after.announcedMs === undefined || before.state !== after.state) return true;
  if (after.state === 'insufficient_data' && after.currentSamples === 0) return false;
  return options.nowMs - after.announcedMs >= options.repeatMs;
}
