export const WINDOW_KINDS = ['minute', 'hour', 'day', 'month'] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];

/** Half-open interval in milliseconds since the epoch. */
export interface CalendarWindow {
  readonly startMs: number;
  readonly endMs: number;
}

const FIXED_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The fixed window in UTC that holds an instant. Leap seconds do not exist in epoch time. */
export function calendarWindow(kind: WindowKind, atMs: number): CalendarWindow {
  if (kind === 'month') {
    const at = new Date(atMs);
    const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
    return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
  }
  const length = FIXED_MS[kind];
  const startMs = Math.floor(atMs / length) * length;
  return { startMs, endMs: startMs + length };
}
