import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import { Slot } from '../../../engine/src/batch/slot.js';
import { chooseSlot } from '../../../engine/src/batch/slot-choice.js';

const decoder = { decode: async () => [], keep: (_sequence: number, tokens: number) => tokens };
const tokens = (text: string) => [...text].map((letter) => letter.charCodeAt(0)) as Token[];

function slot(sequence: number, kept: string, usedAt: number): Slot {
  const made = new Slot(sequence, decoder);
  made.kept = tokens(kept);
  made.usedAt = usedAt;
  return made;
}

const chosen = (slots: Slot[], text: string) => chooseSlot(slots, tokens(text), '')?.sequence;

describe('chooseSlot', () => {
  it('goes on where most of the conversation is', () => {
    const slots = [slot(0, '', 0), slot(1, 'system: A', 5), slot(2, 'system: A asks, B', 4)];
    expect(chosen(slots, 'system: A asks, B answers')).toBe(2);
  });

  it('does not take another conversation for its common beginning while a lesser slot is free', () => {
    const other = `system: ${'another long conversation '.repeat(4)}`;
    expect(chosen([slot(0, other, 9), slot(1, '', 0)], 'system: a new one')).toBe(1);
    expect(chosen([slot(0, other, 9), slot(1, 'old and short', 2)], 'system: a new one')).toBe(1);
  });

  it('takes a common beginning that is most of what the slot has', () => {
    expect(chosen([slot(0, '', 0), slot(1, 'a very long system prompt: hi', 9)], 'a very long system prompt: yo')).toBe(
      1,
    );
  });

  it('gives up the emptiest, then the oldest, then the shortest', () => {
    expect(chosen([slot(0, 'abc', 1), slot(1, '', 7)], 'xyz')).toBe(1);
    expect(chosen([slot(0, 'abc', 3), slot(1, 'abcdef', 2)], 'xyz')).toBe(1);
    expect(chosen([slot(0, 'abcdef', 2), slot(1, 'abc', 2)], 'xyz')).toBe(1);
    expect(chosen([], 'xyz')).toBeUndefined();
  });

  it('leaves one token to evaluate', () => {
    expect(slot(0, 'abc', 1).reusable(tokens('abc'), '')).toBe(2);
    expect(slot(0, 'abc', 1).reusable(tokens('a'), '')).toBe(0);
    expect(slot(0, 'abc', 1).reusable(tokens('abc'), 'somebody else')).toBe(0);
  });

  it('keeps eight conversations apart in eight slots, whoever comes next', () => {
    const orders = fc.array(fc.nat(7), { minLength: 30, maxLength: 80 });
    fc.assert(
      fc.property(orders, (order) => {
        const slots = Array.from({ length: 8 }, (_, sequence) => slot(sequence, '', 0));
        const said = new Map<number, string>();
        for (const [time, who] of order.entries()) {
          const before = said.get(who) ?? `the same system prompt. I am ${who}. `;
          const text = `${before}${'word '.repeat(4)}`;
          const choice = chooseSlot(slots, tokens(text), '')!;
          if (said.has(who)) expect(choice.reusable(tokens(text), '')).toBe(before.length);
          choice.kept = tokens(text);
          choice.usedAt = time + 1;
          said.set(who, text);
        }
      }),
    );
  });
});
