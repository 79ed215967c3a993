import type { Source } from '@weir/config';
import { describe, expect, it } from 'vitest';
import type { SuiteItem } from '../suite/suite.js';
import { unreachable, type Attempt } from './attempt-rules.js';
import { JobRun, type JobRunOptions } from './job-run.js';

const source: Source = { now: () => 0, monotonic: () => 0, uuid: () => '', random: () => 0 };

const items = (count: number): SuiteItem[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `item-${index}`,
    type: 'exact_match',
    prompt: String(index),
    answer: String(index),
    ignoreCase: false,
    maxTokens: undefined,
  }));

const answer = (text: string): Attempt => ({ kind: 'answer', text });

function runOf(given: Partial<JobRunOptions> & Pick<JobRunOptions, 'ask'>): JobRun {
  return new JobRun({
    items: items(10),
    concurrency: 3,
    attempts: 3,
    retryBaseMs: 1,
    outputTokens: 5,
    source,
    onAttempt: () => undefined,
    onResult: () => undefined,
    ...given,
  });
}

const forever = new AbortController().signal;

describe('a run', () => {
  it('asks every item once, never more at a time than it may', async () => {
    const asked: string[] = [];
    let inFlight = 0;
    let most = 0;
    const run = runOf({
      ask: async ({ prompt }) => {
        asked.push(prompt);
        most = Math.max(most, ++inFlight);
        await Promise.resolve();
        inFlight -= 1;
        return answer(prompt);
      },
    });
    expect(await run.run(forever)).toBeUndefined();
    expect(asked.sort()).toEqual(items(10).map(({ prompt }) => prompt));
    expect(most).toBe(3);
    expect(run.tally.scores()).toEqual([{ metric: 'exact_match', value: 1, standardError: 0, samples: 10 }]);
  });

  it('tries again what may get better, and gives an item up after its attempts', async () => {
    let asked = 0;
    const flaky = runOf({
      items: items(1),
      ask: async () => (++asked < 3 ? unreachable('deadline_exceeded') : answer('0')),
    });
    await flaky.run(forever);
    expect(flaky.progress()).toMatchObject({
      done: 1,
      failedRequests: 0,
      results: [{ attempts: 3, outcome: 'correct' }],
    });
    const dead = runOf({ items: items(2), ask: async () => unreachable('front_door_unreachable') });
    expect(await dead.run(forever)).toBeUndefined();
    expect(dead.progress()).toMatchObject({ done: 2, failedRequests: 2 });
    expect(dead.progress().results[0]).toMatchObject({ attempts: 3, errorCode: 'front_door_unreachable' });
  });

  it('asks once only where another attempt would end the same', async () => {
    let asked = 0;
    const refused: Attempt = { kind: 'failure', code: 'content_filter', scope: 'item', retryAfterMs: undefined };
    const run = runOf({ ask: async () => (asked++, refused) });
    await run.run(forever);
    expect(asked).toBe(10);
    expect(run.tally.failed).toBe(10);
  });

  it('stops at once when no request can succeed', async () => {
    let asked = 0;
    const refused: Attempt = { kind: 'failure', code: 'revoked_api_key', scope: 'job', retryAfterMs: undefined };
    const run = runOf({ items: items(1000), ask: async () => (asked++, refused) });
    expect(await run.run(forever)).toEqual({ reason: 'the front door refused with revoked_api_key' });
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('stops after many failures in a row, but not after as many in between', async () => {
    const dead = runOf({ items: items(1000), attempts: 1, concurrency: 1, ask: async () => unreachable('http_503') });
    expect(await dead.run(forever)).toEqual({ reason: '20 requests in a row failed, the last with http_503' });
    expect(dead.tally.done).toBe(20);
    let asked = 0;
    const often = runOf({
      items: items(200),
      attempts: 1,
      concurrency: 1,
      ask: async () => (++asked % 10 === 0 ? answer('x') : unreachable('http_503')),
    });
    expect(await often.run(forever)).toBeUndefined();
    expect(often.tally.failed).toBe(180);
  });

  it('throws what it was stopped with', async () => {
    const stop = new AbortController();
    const run = runOf({
      ask: async (_question, signal) => {
        stop.abort();
        signal.throwIfAborted();
        return answer('');
      },
    });
    await expect(run.run(stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(run.tally.done).toBe(0);
  });

  it('keeps results until they are saved', async () => {
    const run = runOf({ items: items(3), ask: async ({ prompt }) => answer(prompt) });
    await run.run(forever);
    const first = run.progress();
    expect(first.results).toHaveLength(3);
    expect(run.progress().results).toHaveLength(3);
    run.saved(first);
    expect(run.progress()).toEqual({ results: [], done: 3, failedRequests: 0 });
  });
});
