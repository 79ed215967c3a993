import { createLogger } from '@weir/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Availability } from './availability.js';

let answers = false;
let probes = 0;
let changes: boolean[] = [];
let availability: Availability;

beforeEach(() => {
  vi.useFakeTimers();
  [answers, probes, changes] = [false, 0, []];
  availability = new Availability({
    probe: async () => {
      probes += 1;
      if (!answers) throw new Error('away');
    },
    onChange: (up) => void changes.push(up),
    logger: createLogger({ level: 'silent' }),
    random: () => 1,
  });
});
afterEach(() => vi.useRealTimers());

describe('Availability', () => {
  it('is up at the first answer', async () => {
    answers = true;
    await availability.start(1000);
    expect([availability.up, changes]).toEqual([true, [true]]);
  });

  it('lets the start go on when there is no answer, and keeps asking with growing waits', async () => {
    const started = availability.start(1000);
    await vi.advanceTimersByTimeAsync(1000);
    await started;
    expect(availability.up).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    const asked = probes;
    expect(asked).toBeLessThan(40);
    answers = true;
    await vi.advanceTimersByTimeAsync(2200);
    expect([availability.up, changes, probes]).toEqual([true, [true], asked + 1]);
  });

  it('goes down once however many say so, and comes back by itself', async () => {
    answers = true;
    await availability.start(1000);
    answers = false;
    availability.markDown(new Error('one'));
    availability.markDown(new Error('two'));
    expect(changes).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(5000);
    answers = true;
    await vi.advanceTimersByTimeAsync(2200);
    expect(changes).toEqual([true, false, true]);
  });

  it('stops asking when it is closed', async () => {
    const started = availability.start(10);
    await vi.advanceTimersByTimeAsync(10);
    await started;
    await availability[Symbol.asyncDispose]();
    const asked = probes;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probes).toBe(asked);
  });
});
