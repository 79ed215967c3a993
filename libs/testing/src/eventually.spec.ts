import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('gives the first truthy answer, after errors and falsy ones', async () => {
    let asked = 0;
    const answer = await eventually(() => {
      asked++;
      if (asked === 1) throw new TypeError('not yet');
      return asked === 3 ? 'done' : 0;
    });
    expect(answer).toBe('done');
    expect(asked).toBe(3);
  });

  it('says what was wrong when the time is over', async () => {
    const failing = eventually(() => Promise.reject(new TypeError('still broken')), { timeoutMs: 20 });
    await expect(failing).rejects.toThrow(/still failing after 20 ms.*still broken/);
    await expect(eventually(() => false, { timeoutMs: 20 })).rejects.toThrow('still false after 20 ms');
  });
});
