import { describe, expect, it } from 'vitest';
import { ContentSeal } from './content-seal.js';
import type { RecordedInput } from './redecide.js';

const input: RecordedInput = {
  model: 'm',
  texts: [{ path: 'messages.0', role: 'user', stage: 'input', text: 'my card is 4111', tool: '', json: false }],
  context: [],
  facts: { tier: 'gold' },
};

describe('ContentSeal', () => {
  it('opens what it sealed for the same project only', async () => {
    const seal = new ContentSeal('pepper');
    const sealed = await seal.seal('p1', input);
    expect(sealed).not.toContain('4111');
    expect(await seal.open('p1', sealed)).toEqual(input);
    expect(await seal.open('p2', sealed)).toBeUndefined();
    expect(await new ContentSeal('pepper').open('p1', sealed)).toEqual(input);
    expect(await new ContentSeal('other').open('p1', sealed)).toBeUndefined();
    expect(await seal.open('p1', 'not sealed at all')).toBeUndefined();
  });

  it('keeps texts small', async () => {
    const [text] = input.texts;
    const long = { ...input, texts: [{ ...text!, text: 'so it goes on. '.repeat(50_000) }] };
    const sealed = await new ContentSeal('pepper').seal('p1', long);
    expect(sealed.length).toBeLessThan(50_000);
    expect(await new ContentSeal('pepper').open('p1', sealed)).toEqual(long);
  });
});
