import { WeirError } from '@weir/errors';
import { fakeSource, silentLogger, testMetrics } from '@weir/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckFinding, CheckInput } from '../detector/text-check.js';
import { CheckRunner } from './check-runner.service.js';
import { checkOf, findingOf, inputOf, policyCheckOf } from './test/inputs.js';

const settings = {
  externalConcurrency: 2,
  externalBreakerVolume: 4,
  externalBreakerOpenMs: 1_000,
  secretDirectory: '/run/secrets',
};
const down = () => Promise.reject(new WeirError('upstream_error', 'down'));
const never = () => new Promise<CheckFinding[]>(() => undefined);

describe('CheckRunner', () => {
  const metrics = testMetrics();
  let runner: CheckRunner;
  beforeEach(() => {
    vi.useFakeTimers();
    runner = new CheckRunner(metrics, fakeSource(), silentLogger, settings);
  });
  afterEach(() => {
    runner.onApplicationShutdown();
    vi.useRealTimers();
  });

  it('runs what is known at once and what has to be asked for, and answers in their order', async () => {
    const runs = await runner.run(
      [
        policyCheckOf(checkOf('asked', async () => [findingOf()])),
        policyCheckOf(checkOf('known', () => [findingOf({ score: 0.1 })])),
      ],
      inputOf(['text']),
    );
    expect(runs.map(({ policyCheck, status, outcome }) => [policyCheck.check.id, status, outcome])).toEqual([
      ['asked', 'ok', 'decided'],
      ['known', 'ok', 'decided'],
    ]);
    expect(runs.map(({ findings }) => findings[0]?.score)).toEqual([0.9, 0.1]);
    expect(runs[0]).toMatchObject({ degradedTo: '', durationUs: 0 });
  });

  it('asks before it works, once it knows who asks', async () => {
    const order: string[] = [];
    const known = checkOf('known', () => (order.push('known'), []));
    const asked = checkOf('asked', async () => (order.push('asked'), []));
    const checks = [policyCheckOf(known), policyCheckOf(asked)];
    await runner.run(checks, inputOf(['text']));
    await runner.run(checks, inputOf(['text']));
    expect(order).toEqual(['known', 'asked', 'asked', 'known']);
  });

  it('asks once for policies that share a check', async () => {
    const check = vi.fn(async () => [findingOf()]);
    const shared = checkOf('shared', check);
    const runs = await runner.run([policyCheckOf(shared), policyCheckOf(shared, { kind: 'open' })], inputOf(['text']));
    expect(check).toHaveBeenCalledTimes(1);
    expect(runs.map(({ findings }) => findings.length)).toEqual([1, 1]);
  });

  it('skips what does not apply, whatever its breaker says', async () => {
    const selective = { ...checkOf('selective', down), applies: ({ texts }: CheckInput) => texts.length > 1 };
    expect((await runner.run([policyCheckOf(selective)], inputOf(['one'])))[0]).toMatchObject({
      status: 'skipped',
      outcome: 'decided',
    });
    expect((await runner.run([policyCheckOf(selective)], inputOf(['one', 'two'])))[0]?.status).toBe('failed');
    expect((await runner.run([policyCheckOf(checkOf('known', () => []))], inputOf([])))[0]?.status).toBe('skipped');
  });

  describe('when a check cannot answer', () => {
    const broken = [
      ['throws', () => raise()],
      ['rejects', down],
      ['gives a score that is none', async () => [findingOf({ score: Number.NaN })]],
      ['points outside of the text', async () => [findingOf({ end: 99 })]],
      ['names a text that it was not given', () => [findingOf({ path: 'elsewhere' })]],
    ] as const;

    it.each(broken)('%s: refuses under closed, passes unchecked under open', async (_, check) => {
      const checks = [policyCheckOf(checkOf('a', check)), policyCheckOf(checkOf('b', check), { kind: 'open' })];
      const runs = await runner.run(checks, inputOf(['text']));
      expect(runs.map(({ status, outcome, findings }) => [status, outcome, findings])).toEqual([
        ['failed', 'refused', []],
        ['failed', 'unchecked', []],
      ]);
    });

    it.each(broken)('%s: lets another check answer', async (_, check) => {
      const other = checkOf('other', () => [findingOf({ score: 0.7 })]);
      const [run] = await runner.run(
        [policyCheckOf(checkOf('a', check), { kind: 'degrade_to', check: other })],
        inputOf(['text']),
      );
      expect(run).toMatchObject({ status: 'failed', outcome: 'decided', degradedTo: 'other' });
      expect(run?.findings[0]?.score).toBe(0.7);
    });

    it('refuses when the other one fails as well', async () => {
      const onError = { kind: 'degrade_to', check: checkOf('other', down) } as const;
      const [run] = await runner.run([policyCheckOf(checkOf('a', down), onError)], inputOf(['text']));
      expect(run).toMatchObject({ status: 'failed', outcome: 'refused', degradedTo: '', findings: [] });
    });

    it('counts it with its code', async () => {
      await runner.run([policyCheckOf(checkOf('counted', down))], inputOf(['text']));
      const { body } = await metrics.render();
      expect(body).toContain('weir_guardrails_check_failures_total{check="counted",code="upstream_error"} 1');
      expect(body).toContain('weir_guardrails_check_runs_total{check="counted",status="failed",outcome="refused"} 1');
    });
  });

  describe('deadlines', () => {
    it('end the wait and the call', async () => {
      let signal: AbortSignal | undefined;
      const check = checkOf('slow', (input) => {
        signal = input.signal;
        return never();
      });
      const running = runner.run([policyCheckOf(check, { kind: 'closed' }, 50)], inputOf(['text']));
      await vi.advanceTimersByTimeAsync(49);
      expect(signal?.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect((await running)[0]).toMatchObject({ status: 'timed_out', outcome: 'refused' });
      expect(signal?.reason).toMatchObject({ code: 'deadline_exceeded' });
    });

    it('leave an in-process check time to answer instead, and none for one that asks', async () => {
      const source = fakeSource();
      const clocked = new CheckRunner(testMetrics(), source, silentLogger, settings);
      const asked = vi.fn(async () => []);
      const run = (other: ReturnType<typeof checkOf>) => {
        const check = checkOf('slow', never);
        return clocked.run([policyCheckOf(check, { kind: 'degrade_to', check: other }, 50)], inputOf(['text']));
      };
      const both = Promise.all([run(checkOf('known', () => [])), run(checkOf('asked', asked))]);
      source.advance(50);
      await vi.advanceTimersByTimeAsync(50);
      const [[inProcess], [remote]] = await both;
      expect(inProcess).toMatchObject({ status: 'timed_out', outcome: 'decided', degradedTo: 'known' });
      expect(remote).toMatchObject({ status: 'timed_out', outcome: 'refused' });
      clocked.onApplicationShutdown();
    });
  });

  describe('the caller', () => {
    it('that leaves ends every call, and no check is decided', async () => {
      const leaving = new AbortController();
      let signal: AbortSignal | undefined;
      const check = checkOf('slow', (input) => {
        signal = input.signal;
        return never();
      });
      const running = runner.run([policyCheckOf(check)], inputOf(['text'], { signal: leaving.signal }));
      leaving.abort();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      expect(signal?.aborted).toBe(true);
      const late = runner.run([policyCheckOf(check)], inputOf(['text'], { signal: leaving.signal }));
      await expect(late).rejects.toMatchObject({ code: 'cancelled' });
    });

    it('that leaves does not count against the check', async () => {
      const aborting = checkOf(
        'left',
        ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      );
      for (let times = 0; times < 10; times++) {
        const leaving = new AbortController();
        const running = runner.run([policyCheckOf(aborting)], inputOf(['text'], { signal: leaving.signal }));
        leaving.abort(new WeirError('deadline_exceeded', 'the request is over'));
        await expect(running).rejects.toMatchObject({ code: 'deadline_exceeded' });
      }
      const asked = vi.fn(async () => []);
      expect((await runner.run([policyCheckOf(checkOf('left', asked))], inputOf(['text'])))[0]?.status).toBe('ok');
      expect(asked).toHaveBeenCalled();
    });
  });

  it('fails at once what finds no room', async () => {
    const check = policyCheckOf(checkOf('full', never), { kind: 'open' }, 100);
    const waiting = [runner.run([check], inputOf(['1'])), runner.run([check], inputOf(['2']))];
    const [run] = await runner.run([check], inputOf(['3']));
    expect(run).toMatchObject({ status: 'failed', outcome: 'unchecked' });
    await vi.advanceTimersByTimeAsync(100);
    expect((await Promise.all(waiting)).map(([one]) => one?.status)).toEqual(['timed_out', 'timed_out']);
  });

  it('stops asking what keeps failing, tries it again, and goes on', async () => {
    let isDown = true;
    const asked = vi.fn(async () => (isDown ? down() : []));
    const run = async () => (await runner.run([policyCheckOf(checkOf('flaky', asked))], inputOf(['text'])))[0]?.status;
    for (let times = 0; times < settings.externalBreakerVolume; times++) expect(await run()).toBe('failed');
    expect(await run()).toBe('failed');
    expect(asked).toHaveBeenCalledTimes(settings.externalBreakerVolume);
    isDown = false;
    await vi.advanceTimersByTimeAsync(settings.externalBreakerOpenMs);
    expect(await run()).toBe('ok');
    expect(await run()).toBe('ok');
    expect(asked).toHaveBeenCalledTimes(settings.externalBreakerVolume + 2);
  });

  it('does not blame a check for what it refused', async () => {
    const asked = vi.fn(() => Promise.reject(new WeirError('insufficient_quota', 'no money')));
    const check = policyCheckOf(checkOf('refusing', asked));
    for (let times = 0; times < 10; times++) await runner.run([check], inputOf(['text']));
    expect(asked).toHaveBeenCalledTimes(10);
  });
});

function raise(): never {
  throw new WeirError('internal', 'broken');
}
