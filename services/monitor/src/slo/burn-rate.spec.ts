import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BURN_RATE_RULES, judge, type BurnRateRule } from './alert-rules.js';
import { alertAnnotations, alertLabels } from './availability.js';
import { budgetRemaining, WINDOW_NAMES, windowRate, windowRates, type WindowRates } from './burn-rate.js';

const [PAGE, TICKET] = BURN_RATE_RULES as [BurnRateRule, BurnRateRule];
const none = { events: 0, failures: 0 };

/** Rates of windows that saw so many requests and failures. */
function ratesOf(given: Partial<Record<keyof WindowRates, [events: number, failures: number]>>): WindowRates {
  const volumes = WINDOW_NAMES.map((name) => {
    const [events, failures] = given[name] ?? [0, 0];
    return [name, { events, failures }] as const;
  });
  return windowRates(Object.fromEntries(volumes) as Record<keyof WindowRates, typeof none>, 0.995);
}

describe('the burn rate', () => {
  it.each([
    [1000, 5, 1],
    [1000, 72, 14.4],
    [1000, 0, 0],
    [10, 10, 200],
  ])('of %d requests with %d failures is %d at 99.5 %', (events, failures, rate) => {
    expect(windowRate({ events, failures }, 0.995).burnRate).toBeCloseTo(rate, 9);
  });

  it('of no requests is unknown', () => {
    expect(windowRate(none, 0.995).burnRate).toBeUndefined();
  });

  it('of 1 for the whole period leaves nothing of the budget', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 0.5, max: 0.9999, noNaN: true }),
        (events, objective) => {
          const failures = events * (1 - objective);
          expect(windowRate({ events, failures }, objective).burnRate).toBeCloseTo(1, 6);
          expect(budgetRemaining({ events, failures }, objective)).toBeCloseTo(0, 6);
        },
      ),
    );
    expect(budgetRemaining(none, 0.995)).toBe(1);
    expect(budgetRemaining({ events: 100, failures: 1 }, 0.995)).toBeCloseTo(-1, 9);
  });
});

describe('a rule', () => {
  it('spends the share of a 30-day budget that it stands for', () => {
    const share = ({ factor }: BurnRateRule, hours: number) => (factor * hours) / 720;
    expect(share(PAGE, 1)).toBeCloseTo(0.02, 12);
    expect(share(TICKET, 6)).toBeCloseTo(0.05, 12);
  });

  it.each([
    ['fires when both windows burn', { '1h': [100, 50], '5m': [10, 5] }, 'fire'],
    ['does not fire for what is over', { '1h': [100, 50], '5m': [10, 0] }, 'resolve'],
    ['does not fire for a blip', { '1h': [10_000, 50], '5m': [50, 50] }, 'resolve'],
    ['does not fire on a handful of requests', { '1h': [19, 19], '5m': [19, 19] }, 'hold'],
    ['knows nothing without requests', {}, 'hold'],
    ['keeps what it knew when requests stop', { '1h': [100, 50] }, 'hold'],
    ['resolves on few good requests', { '1h': [1, 0] }, 'resolve'],
    ['is not met exactly at its factor', { '1h': [1000, 72], '5m': [1000, 1000] }, 'resolve'],
  ] as const)('%s', (_what, given, verdict) => {
    const windows = given as unknown as Parameters<typeof ratesOf>[0];
    expect(judge(PAGE, ratesOf(windows), 20)).toBe(verdict);
  });

  it('never fires where fewer failures than it allows were seen', () => {
    const volume = fc.integer({ min: 0, max: 1000 }).chain((events) => fc.tuple(fc.constant(events), fc.nat(events)));
    fc.assert(
      fc.property(volume, volume, (long, short) => {
        const verdict = judge(PAGE, ratesOf({ '1h': long, '5m': short }), 20);
        if (verdict !== 'fire') return;
        expect(long[1] / long[0]).toBeGreaterThan(0.072 - 1e-9);
        expect(short[1] / short[0]).toBeGreaterThan(0.072 - 1e-9);
        expect(long[0]).toBeGreaterThanOrEqual(20);
      }),
    );
  });
});

describe('an alert', () => {
  it('is named by its rule and says what was seen', () => {
    expect(alertLabels(PAGE)).toEqual({
      alertname: 'WeirAvailabilityBurnRate',
      severity: 'page',
      slo: 'availability',
      long_window: '1h',
      short_window: '5m',
    });
    const { summary, description } = alertAnnotations(PAGE, ratesOf({ '1h': [100, 50], '5m': [10, 5] }), 0.995);
    expect(summary).toBe('Requests fail 100.0 times faster than an availability of 99.5 % allows.');
    expect(description).toContain('50 of 100 requests of the last 1h failed');
  });
});
