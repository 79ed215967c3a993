import { describe, expect, it } from 'vitest';
import { StageClock } from './stage-clock.js';

function clockAt() {
  const time = { ms: 100 };
  return { time, clock: new StageClock(() => time.ms) };
}

describe('StageClock', () => {
  it('gives each stage the time since the one before, and adds repeated ones up', () => {
    const { time, clock } = clockAt();
    clock.add('auth', 2);
    time.ms += 1;
    clock.lap('resolve');
    time.ms += 4;
    clock.lap('ttft');
    time.ms += 8;
    clock.skip();
    time.ms += 0.12345;
    clock.lap('record');
    time.ms += 16;
    clock.lap('ttft');
    expect(clock.toRecord()).toEqual({ auth: 2, resolve: 1, ttft: 20, record: 0.123 });
    expect(clock.header()).toBe('auth;dur=2, resolve;dur=1, ttft;dur=20, record;dur=0.123');
  });

  it("counts only Weir's own stages as overhead", () => {
    const { clock } = clockAt();
    clock.add('auth', 1);
    clock.add('ttft', 1_000);
    clock.add('engine', 1_000);
    clock.add('guard_out', 2);
    expect(clock.overheadMs).toBe(3);
  });

  it('is never negative', () => {
    const { clock } = clockAt();
    clock.add('auth', -1);
    expect(clock.header()).toBe('auth;dur=0');
  });
});
