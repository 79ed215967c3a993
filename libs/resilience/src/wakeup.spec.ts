import { describe, expect, it } from 'vitest';
import { Wakeup } from './wakeup.js';

describe('Wakeup', () => {
  it('lets everybody go on who waits, once', async () => {
    const wakeup = new Wakeup();
    const woken: string[] = [];
    const waits = ['one', 'other'].map((name) => wakeup.wait().then(() => woken.push(name)));
    wakeup.wake();
    await Promise.all(waits);
    expect(woken).toEqual(['one', 'other']);
  });

  it('forgets a call that nobody waits for', async () => {
    const wakeup = new Wakeup();
    wakeup.wake();
    let woken = false;
    const waits = wakeup.wait().then(() => (woken = true));
    await Promise.resolve();
    expect(woken).toBe(false);
    wakeup.wake();
    await waits;
  });
});
