import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { WorkTurns } from './work-turns.js';

const never = new AbortController().signal;
const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

/** Turns by a clock that is set by hand. */
function turnsAt(now = 0) {
  const clock = { now };
  return { clock, turns: new WorkTurns(() => clock.now) };
}

describe('long work', () => {
  it('goes on for some milliseconds, and anew after its turn', async () => {
    const { clock, turns } = turnsAt(100);
    const pace = turns.begin(never);
    clock.now += 1.9;
    expect(pace.isOver).toBe(false);
    clock.now += 0.2;
    expect(pace.isOver).toBe(true);
    await pace.turn();
    expect(pace.isOver).toBe(false);
  });

  it('makes room sooner while other long work waits', async () => {
    const { clock, turns } = turnsAt();
    const [one, other] = [turns.begin(never), turns.begin(never)];
    clock.now += 1.5;
    expect(one.isOver).toBe(false);
    const waiting = other.turn();
    expect([turns.contended, one.isOver]).toEqual([true, true]);
    await waiting;
    expect([turns.contended, one.isOver]).toEqual([false, false]);
  });

  it('has one slice in one turn of the event loop, in order, however much of it there is', async () => {
    const { turns } = turnsAt();
    const had: number[] = [];
    for (let work = 0; work < 4; work++) void turns.begin(never).turn().then(() => had.push(work)); // prettier-ignore
    const seen: number[][] = [];
    while (had.length < 4) {
      await turnOfTheLoop();
      seen.push([...had]);
    }
    expect(had).toEqual([0, 1, 2, 3]);
    const steps = seen.map((now, turn) => now.length - (seen[turn - 1]?.length ?? 0));
    expect(Math.max(...steps)).toBe(1);
  });

  it('lets what came in have its turn between two slices', async () => {
    const { turns } = turnsAt();
    const pace = turns.begin(never);
    const order: string[] = [];
    setTimeout(() => order.push('timer'), 0);
    while (!order.includes('timer')) {
      await pace.turn();
      order.push('slice');
    }
    expect(order.at(-1)).toBe('slice');
    expect(order.at(-2)).toBe('timer');
  });

  it('ends when nobody waits for it any more, with the reason, and the next one has its turn', async () => {
    const { turns } = turnsAt();
    const reason = new WeirError('deadline_exceeded', 'Too late.');
    const late = turns.begin(AbortSignal.abort(reason)).turn();
    const left = turns.begin(AbortSignal.abort()).turn();
    const other = turns.begin(never).turn();
    await expect(late).rejects.toBe(reason);
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    await expect(other).resolves.toBeUndefined();
  });
});
