import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleToken } from '../../../test/sample-run.js';
import { chatLogprobs, textLogprobs } from './openai-logprobs.js';

describe('textLogprobs', () => {
  it('counts places in characters, as Python does', () => {
    const tokens = ['a😀', 'é', 'b'].map((text) => sampleToken(text));
    expect(textLogprobs(tokens, 5).text_offset).toEqual([5, 7, 8]);
  });

  it('always has the token among its alternatives, and the larger of two with one text', () => {
    const { top_logprobs: tops } = textLogprobs(
      [sampleToken('b', -3, { a: -0.5 }), sampleToken('\ufffd', -3, { '\ufffd': -1 }), sampleToken('c', -1)],
      0,
    );
    expect(tops).toEqual([{ a: -0.5, b: -3 }, { '\ufffd': -1 }, { c: -1 }]);
  });

  it('survives names that objects have', () => {
    const { top_logprobs: tops } = textLogprobs([sampleToken('__proto__', -1)], 0);
    expect(JSON.stringify(tops)).toBe('[{"__proto__":-1}]');
  });

  it('is greedy exactly when the token was the most likely one, through JSON', () => {
    const logprob = fc.double({ min: -50, max: 0, noNaN: true });
    fc.assert(
      fc.property(logprob, logprob, (own, other) => {
        const tops: Record<string, number> = own >= other ? { a: own, b: other } : { b: other };
        const wire = JSON.parse(JSON.stringify(textLogprobs([sampleToken('a', own, tops)], 0)));
        const greedy = wire.token_logprobs[0] === Math.max(...Object.values<number>(wire.top_logprobs[0]));
        expect(greedy).toBe(own >= other);
        expect(Object.is(wire.token_logprobs[0], own === 0 ? 0 : own)).toBe(true);
      }),
    );
  });

  it('has a number for what cannot happen', () => {
    const banned = textLogprobs([sampleToken('a', Number.NEGATIVE_INFINITY)], 0);
    expect(banned).toMatchObject({ token_logprobs: [-9999], top_logprobs: [{ a: -9999 }] });
  });
});

describe('chatLogprobs', () => {
  it('is null where there is nothing to show, and bytes are numbers', () => {
    expect(chatLogprobs(undefined)).toBeNull();
    expect(chatLogprobs([sampleToken('é', -1)])).toEqual({
      content: [{ token: 'é', logprob: -1, bytes: [195, 169], top_logprobs: [] }],
      refusal: null,
    });
  });
});
