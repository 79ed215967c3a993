import { createLogger } from '@weir/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Draining } from './draining.js';

const lines: string[] = [];
const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });

describe('Draining', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    lines.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  it('runs every step, also when another one fails', async () => {
    const draining = new Draining();
    const done: string[] = [];
    draining.add('one', () => Promise.reject(new Error('broken')));
    draining.add('two', () => void done.push('two'));
    await draining.run(logger);
    expect(done).toEqual(['two']);
    expect(lines.join()).toContain('"step":"one"');
  });

  it('does not wait for ever', async () => {
    const draining = new Draining();
    draining.add('endless', () => new Promise(() => undefined));
    const run = draining.run(logger);
    await vi.advanceTimersByTimeAsync(3_000);
    await run;
    expect(lines.join()).toContain('endless');
  });
});
