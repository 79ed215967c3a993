import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarWindow, WINDOW_KINDS } from './calendar-window.js';

const instant = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });

describe('calendarWindow', () => {
  it('knows months of every length, leap years and the turn of a year', () => {
    const month = (text: string) => calendarWindow('month', Date.parse(text));
    expect(month('2028-02-29T23:59:59.999Z')).toEqual({
      startMs: Date.parse('2028-02-01T00:00:00Z'),
      endMs: Date.parse('2028-03-01T00:00:00Z'),
    });
    expect(month('2026-12-31T12:00:00Z').endMs).toBe(Date.parse('2027-01-01T00:00:00Z'));
  });

  it('begins a new window exactly on its boundary', () => {
    const noon = Date.parse('2026-11-23T12:00:00.000Z');
    expect(calendarWindow('minute', noon)).toEqual({ startMs: noon, endMs: noon + 60_000 });
    expect(calendarWindow('minute', noon - 1).endMs).toBe(noon);
    expect(calendarWindow('day', noon).startMs).toBe(Date.parse('2026-11-23T00:00:00Z'));
  });

  it('holds every instant in exactly one window of each kind', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...WINDOW_KINDS), (at, kind) => {
        const window = calendarWindow(kind, at);
        expect(window.startMs).toBeLessThanOrEqual(at);
        expect(window.endMs).toBeGreaterThan(at);
        expect(calendarWindow(kind, window.startMs)).toEqual(window);
        expect(calendarWindow(kind, window.endMs).startMs).toBe(window.endMs);
      }),
    );
  });

  it('nests: the end of a shorter window never lies past the end of a longer one', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const ends = WINDOW_KINDS.map((kind) => calendarWindow(kind, at).endMs);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
      }),
    );
  });
});
