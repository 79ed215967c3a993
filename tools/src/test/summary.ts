export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A run that ended before it reported is one failure. */
export const NOTHING_REPORTED: Summary = { passed: 0, failed: 1, skipped: 0 };

/** `12 passed, 0 failed`, and how many were skipped when any were. */
export function summaryLine({ passed, failed, skipped }: Summary): string {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}

/** A run without a single passed test proves nothing: it fails, as one whose runner failed does. */
export function exitStatusOf({ passed, failed }: Summary, runnerStatus: number): number {
  return failed > 0 || passed === 0 ? 1 : runnerStatus;
}
