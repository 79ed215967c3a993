import { describe, expect, it } from 'vitest';
import type { TestModule } from 'vitest/node';
import { SummaryReporter, summaryOf } from './reporter.js';
import { exitStatusOf, NOTHING_REPORTED, summaryLine } from './summary.js';

function moduleOf(states: readonly string[], errors = 0, suiteErrors = 0): TestModule {
  const fake = {
    errors: () => Array.from({ length: errors }),
    children: {
      allSuites: () => [{ errors: () => Array.from({ length: suiteErrors }) }],
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
    },
  };
  return fake as unknown as TestModule;
}

describe('the last line', () => {
  it('names the skipped only when there are any', () => {
    expect(summaryLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(summaryLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });
});

describe('the counts', () => {
  it('add up over the files', () => {
    const modules = [moduleOf(['passed', 'failed', 'skipped']), moduleOf(['passed'])];
    expect(summaryOf(modules, 0)).toEqual({ passed: 2, failed: 1, skipped: 1 });
  });

  it('take files, suites and errors that no test caught for failures, and a test without an end too', () => {
    expect(summaryOf([moduleOf(['pending'], 1, 1)], 1)).toEqual({ passed: 0, failed: 4, skipped: 0 });
  });

  it('are one failure until the run has reported', () => {
    const reporter = new SummaryReporter(new AbortController().signal);
    expect(reporter.summary).toEqual(NOTHING_REPORTED);
    reporter.onTestRunEnd([moduleOf(['passed'])], []);
    expect(reporter.summary).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });
});

describe('the exit status', () => {
  it('is 0 only for a run with passed tests, no failure and a runner that agrees', () => {
    expect(exitStatusOf({ passed: 1, failed: 0, skipped: 5 }, 0)).toBe(0);
    expect(exitStatusOf({ passed: 0, failed: 0, skipped: 0 }, 0)).toBe(1);
    expect(exitStatusOf({ passed: 0, failed: 0, skipped: 4 }, 0)).toBe(1);
    expect(exitStatusOf({ passed: 9, failed: 1, skipped: 0 }, 0)).toBe(1);
    expect(exitStatusOf({ passed: 9, failed: 0, skipped: 0 }, 1)).toBe(1);
  });
});
