import { WeirError } from '@weir/errors';
import type { Permit } from '@weir/resilience';
import { fakeSource } from '@weir/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallEnd } from './call-end.js';
import { follow, isFault } from './call-guard.js';
import { CallGuards } from './call-guards.js';
import { inLanes } from './lanes.js';
import { inputOf } from '../test/inputs.js';

const settings = {
  externalConcurrency: 3,
  externalBreakerVolume: 2,
  externalBreakerOpenMs: 500,
  secretDirectory: '',
};
const failure = new WeirError('upstream_error', 'down');

function permitOf(admitted: Permit | WeirError): Permit {
  if (admitted instanceof WeirError) throw admitted;
  return admitted;
}

describe('CallGuards', () => {
  const onChange = vi.fn();
  let guards: CallGuards;
  beforeEach(() => {
    vi.useFakeTimers();
    onChange.mockClear();
    guards = new CallGuards({ settings, source: fakeSource(), onChange });
  });
  afterEach(() => {
    guards.close();
    vi.useRealTimers();
  });

  it('gives each system its own breaker, and tells its label', () => {
    const guard = guards.of('a@1', 'a');
    expect(guards.of('a@1', 'a')).toBe(guard);
    expect(guards.find('a@2')).toBeUndefined();
    permitOf(guard.admit()).fail(failure);
    permitOf(guard.admit()).fail(failure);
    expect(guard.admit()).toMatchObject({ code: 'peer_unavailable' });
    expect(guards.of('b@1', 'b').admit()).not.toBeInstanceOf(WeirError);
    expect(onChange.mock.lastCall?.slice(0, 2)).toEqual(['b', 'closed']);
    expect(onChange.mock.calls.map(([label, state]) => `${label} ${state}`)).toContain('a open');
  });

  it('lets one probe through when the pause is over', () => {
    const guard = guards.of('a', 'a');
    permitOf(guard.admit()).fail(failure);
    permitOf(guard.admit()).fail(failure);
    vi.advanceTimersByTime(500);
    const probe = permitOf(guard.admit());
    expect(guard.admit()).toBeInstanceOf(WeirError);
    probe.succeed();
    expect(guard.admit()).not.toBeInstanceOf(WeirError);
  });

  it('has bounded room, which a late call keeps until it has really ended', () => {
    const guard = guards.of('a', 'a');
    const permits = [guard.admit(), guard.admit(), guard.admit()].map(permitOf);
    expect(guard.admit()).toMatchObject({ code: 'overloaded' });
    permits[0]?.ignore();
    expect(guard.admit()).not.toBeInstanceOf(WeirError);
  });

  it('forgets the one unused for longest, and none with a call under way', () => {
    const busy = guards.of('busy', 'busy');
    const permit = permitOf(busy.admit());
    for (let index = 0; index < 600; index++) guards.of(`guard ${index}`, 'many');
    expect(guards.size).toBe(512);
    expect(guards.find('busy')).toBe(busy);
    expect(guards.find('guard 0')).toBeUndefined();
    permit.succeed();
  });

  it('tells outages from refusals of one request', () => {
    expect(isFault(new TypeError('bug'))).toBe(true);
    for (const code of ['upstream_error', 'internal', 'peer_unavailable', 'deadline_exceeded'] as const) {
      expect(isFault(new WeirError(code, ''))).toBe(true);
    }
    for (const code of ['cancelled', 'failed_precondition', 'rate_limit_exceeded', 'insufficient_quota'] as const) {
      expect(isFault(new WeirError(code, ''))).toBe(false);
    }
  });

  it('follows a call until somebody ends it', async () => {
    const followed = (answer: Promise<string>, signal = new AbortController().signal) => {
      const permit = permitOf(guards.of('a', 'a').admit());
      return follow({ permit, answer, end: new CallEnd(), signal, deadlineMs: 20 });
    };
    await expect(followed(Promise.resolve('yes'))).resolves.toBe('yes');
    await expect(followed(Promise.reject(new TypeError('bug')))).rejects.toMatchObject({ code: 'internal' });
    const late = followed(new Promise(() => undefined));
    const expired = expect(late).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await vi.advanceTimersByTimeAsync(20);
    await expired;
  });
});

describe('CallEnd', () => {
  it('gives a signal that has ended already, however late one asks', () => {
    const end = new CallEnd();
    const limited = end.limit(inputOf(['text']));
    end.end(failure);
    end.end(new WeirError('cancelled', 'later'));
    expect(limited.signal.reason).toBe(failure);
    expect({ ...limited }.signal.aborted).toBe(true);
  });
});

describe('inLanes', () => {
  it('keeps the order and the bound', async () => {
    let running = 0;
    let most = 0;
    const double = async (item: number) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      return item * 2;
    };
    expect(await inLanes([1, 2, 3, 4, 5], 2, double)).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure', async () => {
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      if (item === 2) throw failure;
    };
    await expect(inLanes([1, 2, 3, 4, 5, 6], 1, work)).rejects.toBe(failure);
    expect(begun).toEqual([1, 2]);
  });
});
