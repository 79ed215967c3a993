import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { NOTHING_REPORTED, type Summary } from './summary.js';

/** Counts a run, so that `npm test` can end with one line after everything else has been printed. */
export class SummaryReporter implements Reporter {
  summary: Summary = NOTHING_REPORTED;

  /** `signal` ends the run early; what did not run then counts as it stands. */
  constructor(private readonly signal: AbortSignal) {}

  onInit(vitest: Vitest): void {
    this.signal.addEventListener('abort', () => void vitest.cancelCurrentRun('keyboard-input'), { once: true });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.summary = summaryOf(modules, unhandledErrors.length);
  }
}

/** A file or suite that could not be loaded and an error outside of any test each count as one failure. */
export function summaryOf(modules: readonly TestModule[], unhandledErrors: number): Summary {
  const summary = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    summary.failed += module.errors().length;
    for (const suite of module.children.allSuites()) summary.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') summary.passed += 1;
      else if (state === 'skipped') summary.skipped += 1;
      else summary.failed += 1;
    }
  }
  return summary;
}
