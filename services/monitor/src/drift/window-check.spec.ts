import { describe, expect, it } from 'vitest';
import { SERIES, type Sample } from './sample.js';
import { checkWindow, isToAnnounce, type SeriesState } from './window-check.js';

const rules = { minSamples: 20, referenceSamples: 40, alpha: 0.01, minEffect: 0.1, staleMs: 1000 };

const samples = (count: number, shift = 0): Sample[] =>
  Array.from({ length: count }, (_, index) => ({
    input_tokens: index % 20,
    output_tokens: (index % 20) + shift,
    duration_ms: index % 20,
  }));

const fresh = (given: Partial<SeriesState> = {}): SeriesState[] =>
  SERIES.map((series) => ({
    series,
    reference: undefined,
    referenceWindow: undefined,
    state: 'insufficient_data',
    value: 0,
    threshold: 0,
    pValue: 1,
    referenceSamples: 0,
    currentSamples: 0,
    comparedMs: undefined,
    announcedMs: undefined,
    ...given,
  }));

const withReference = (given: Partial<SeriesState> = {}) =>
  fresh({ reference: samples(40).map((sample) => sample.input_tokens), referenceWindow: 0, ...given });
const statesOf = (series: readonly SeriesState[]) => series.map(({ state }) => state);

describe('the first window', () => {
  it('becomes the reference when it is large enough', () => {
    const early = checkWindow({ number: 0, samples: samples(39) }, fresh(), rules, 0);
    expect(early).toMatchObject({ isUsed: false, series: [{ reference: undefined, currentSamples: 39 }, {}, {}] });
    const full = checkWindow({ number: 0, samples: samples(40, 5) }, fresh(), rules, 0);
    expect(full.isUsed).toBe(true);
    expect(full.series[1]).toMatchObject({ referenceWindow: 0, referenceSamples: 40, state: 'insufficient_data' });
    expect(full.series[1]?.reference?.[0]).toBe(5);
  });
});

describe('a later window', () => {
  it('is compared as soon as it is large enough, and used up by that', () => {
    const early = checkWindow({ number: 1, samples: samples(19, 50) }, withReference(), rules, 0);
    expect(early.isUsed).toBe(false);
    expect(statesOf(early.series)).toEqual(Array(3).fill('insufficient_data'));
    const full = checkWindow({ number: 1, samples: samples(20, 50) }, withReference(), rules, 7);
    expect(full.isUsed).toBe(true);
    expect(statesOf(full.series)).toEqual(['ok', 'drift', 'ok']);
    expect(full.series[1]).toMatchObject({ value: 1, threshold: 0.1, currentSamples: 20, comparedMs: 7 });
  });

  it('shows no drift that is certain but small', () => {
    const many = samples(1000);
    const shifted = many.map((sample, index) => (index % 14 === 0 ? { ...sample, output_tokens: 99 } : sample));
    const reference = withReference({ reference: many.map((sample) => sample.output_tokens) });
    const lenient = { ...rules, alpha: 0.05 };
    const outputOf = (minEffect: number) =>
      checkWindow({ number: 1, samples: shifted }, reference, { ...lenient, minEffect }, 0).series[1];
    expect(outputOf(0.1)?.pValue).toBeLessThan(0.05);
    expect(outputOf(0.1)).toMatchObject({ state: 'ok' });
    expect(outputOf(0.01)).toMatchObject({ state: 'drift' });
  });

  it('corrects for the number of series', () => {
    const window = { number: 1, samples: samples(20, 8) };
    const [, one] = checkWindow(window, withReference().slice(0, 2), rules, 0).series;
    const [, three] = checkWindow(window, withReference(), rules, 0).series;
    expect((three?.pValue ?? 0) / (one?.pValue ?? 1)).toBeCloseTo(3 / 2, 9);
  });

  it('that is too small leaves the last result until that is stale', () => {
    const known = withReference({ state: 'ok', value: 0.05, comparedMs: 500 });
    const window = { number: 2, samples: samples(3) };
    expect(checkWindow(window, known, rules, 1499).series).toEqual(known);
    const stale = checkWindow(window, known, rules, 1500).series;
    expect(stale[0]).toMatchObject({ state: 'insufficient_data', value: 0, currentSamples: 3, referenceSamples: 40 });
  });

  it('is not compared with a reference that is itself', () => {
    const own = withReference({ referenceWindow: 3 });
    const check = checkWindow({ number: 3, samples: samples(25, 50) }, own, rules, 0);
    expect(check.isUsed).toBe(true);
    expect(statesOf(check.series)).toEqual(Array(3).fill('insufficient_data'));
  });
});

describe('an announcement', () => {
  const [state] = withReference({ state: 'ok', announcedMs: 100, currentSamples: 20 }) as [SeriesState];
  const at = (nowMs: number) => ({ repeatMs: 50, nowMs });

  it('is made of what is new, of changes, and again after a while', () => {
    expect(isToAnnounce(state, { ...state, announcedMs: undefined }, at(100))).toBe(true);
    expect(isToAnnounce(state, { ...state, state: 'drift' }, at(100))).toBe(true);
    expect(isToAnnounce(state, state, at(149))).toBe(false);
    expect(isToAnnounce(state, state, at(150))).toBe(true);
  });

  it('is not repeated where nothing comes in', () => {
    const idle = { ...state, state: 'insufficient_data' as const, currentSamples: 0 };
    expect(isToAnnounce(idle, idle, at(9999))).toBe(false);
    expect(isToAnnounce(idle, { ...idle, currentSamples: 1 }, at(9999))).toBe(true);
  });
});
