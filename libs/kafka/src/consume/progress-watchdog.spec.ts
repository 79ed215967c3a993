import { describe, expect, it } from 'vitest';
import { ProgressWatchdog } from './progress-watchdog.js';

describe('ProgressWatchdog', () => {
  const stuck = { lag: 3, finished: 10 };

  it('barks when records wait and nothing finished for the limit', () => {
    const dog = new ProgressWatchdog(60_000);
    expect(dog.look(0, stuck)).toBe(false);
    expect(dog.look(59_999, stuck)).toBe(false);
    expect(dog.look(60_000, stuck)).toBe(true);
  });

  it('starts again with each finished record', () => {
    const dog = new ProgressWatchdog(60_000);
    dog.look(0, stuck);
    expect(dog.look(59_000, { lag: 3, finished: 11 })).toBe(false);
    expect(dog.look(118_000, { lag: 3, finished: 11 })).toBe(false);
    expect(dog.look(119_000, { lag: 3, finished: 11 })).toBe(true);
  });

  it('does not count idle time, nor time in which Kafka did not answer', () => {
    const dog = new ProgressWatchdog(60_000);
    dog.look(0, { lag: 0, finished: 10 });
    expect(dog.look(100_000, { lag: 0, finished: 10 })).toBe(false);
    expect(dog.look(100_001, stuck)).toBe(false);
    expect(dog.look(150_000, undefined)).toBe(false);
    expect(dog.look(200_000, stuck)).toBe(false);
    expect(dog.look(259_000, stuck)).toBe(false);
    expect(dog.look(260_000, stuck)).toBe(true);
  });
});
