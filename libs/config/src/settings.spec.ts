import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { flag, list, port, readSettings, setting, settingsWith } from './settings.js';

const settings = {
  port: setting('X_PORT', port(80), 'a port'),
  names: setting('X_NAMES', list('a,b'), 'names'),
  on: setting('X_ON', flag(false), 'a flag'),
  secret: setting('X_SECRET', z.string().min(4), 'a secret', { secret: true }),
};

describe('readSettings', () => {
  it('reads text, trims lists and takes defaults', () => {
    const read = readSettings(settings, { X_SECRET: 'hush', X_NAMES: ' p , q,', X_ON: '1', X_PORT: '' });
    expect(read).toEqual({ ok: true, values: { port: 80, names: ['p', 'q'], on: true, secret: 'hush' } });
  });

  it('reports every problem at once and never the value', () => {
    const read = readSettings(settings, { X_PORT: '99999', X_ON: 'maybe', X_SECRET: 'abc' });
    expect(read.ok).toBe(false);
    if (read.ok) return;
    expect(read.problems.map((problem) => problem.env)).toEqual(['X_PORT', 'X_ON', 'X_SECRET']);
    expect(JSON.stringify(read)).not.toContain('abc');
  });

  it('fills a test with defaults and says what has none', () => {
    expect(settingsWith(settings, { secret: 'hush' }).port).toBe(80);
    expect(() => settingsWith(settings)).toThrow('X_SECRET');
  });
});
