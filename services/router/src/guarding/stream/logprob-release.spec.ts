import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleToken } from '../../../test/sample-run.js';
import type { TokenLogprob } from '../../pipeline/choice-run.js';
import { LogprobRelease, spelledLogprobs } from './logprob-release.js';

const GUARDED = { guarded: true, alternatives: 2 };
const texts = (tokens: readonly { token: string }[]) => tokens.map(({ token }) => token);

describe('LogprobRelease', () => {
  it('counts bytes, so that half a character waits for its other half', () => {
    const release = new LogprobRelease(GUARDED);
    const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
    release.given([first, second].map((bytes) => ({ ...sampleToken('\ufffd'), bytes })));
    expect(release.released('')).toEqual([]);
    expect(release.released('é')).toHaveLength(2);
  });

  it('never shows more than was released, and in the end everything, in order', () => {
    const word = fc.string({ minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(fc.nat(6)), (words, steps) => {
        const release = new LogprobRelease(GUARDED);
        release.given(words.map((text) => sampleToken(text)));
        const whole = words.join('');
        const shown: string[] = [];
        let place = 0;
        for (const step of steps) {
          shown.push(...texts(release.released(whole.slice(place, place + step))));
          place = Math.min(whole.length, place + step);
          // A surrogate that was cut in two counts three bytes, so only whole strings are compared.
          if (
            whole.isWellFormed() &&
            whole.slice(0, place).isWellFormed() &&
            Buffer.byteLength(whole) === whole.length
          ) {
            expect(whole.slice(0, place).startsWith(shown.join(''))).toBe(true);
          }
        }
        shown.push(...texts(release.released(whole.slice(place))));
        expect([...shown, ...texts(release.rest())]).toEqual(words);
      }),
    );
  });

  it('shows nothing any more once the text was changed', () => {
    const release = new LogprobRelease(GUARDED);
    release.given([sampleToken('a')]);
    release.lose();
    release.given([sampleToken('b')]);
    expect([release.released('ab'), release.rest()]).toEqual([[], []]);
  });
});

describe('log probabilities under a policy', () => {
  const secret = '4111 1111 1111 1111';
  const token = (text: string) => sampleToken(text, -1, { [text]: -1, [secret]: -2 });
  const half = (...bytes: number[]): TokenLogprob => ({ ...sampleToken('\ufffd'), bytes: Buffer.from(bytes) });
  const shown = (text: string, tokens: readonly TokenLogprob[], guarded = true) =>
    spelledLogprobs(text, tokens, { ...GUARDED, guarded });

  it('give alternatives for the first token only: those of later ones spell what no filter has seen', () => {
    const given = ['a', 'b', 'c'].map(token);
    expect(shown('abc', given)?.map(({ top }) => top.length)).toEqual([2, 0, 0]);
    expect(shown('abc', given, false)).toEqual(given);
    const release = new LogprobRelease(GUARDED);
    const streamed = given.flatMap((one) => {
      release.given([one]);
      return release.released(one.token);
    });
    expect(streamed.map(({ top }) => top.length)).toEqual([2, 0, 0]);
  });

  it('have as many alternatives as were asked for, whatever an upstream tells', () => {
    const told = (alternatives: number) =>
      spelledLogprobs('a', [token('a')], { guarded: true, alternatives })?.[0]?.top;
    expect([told(0)?.length, told(1)?.length, told(5)?.length]).toEqual([0, 1, 2]);
  });

  it('are those of the text, and end where their tokens are of another one', () => {
    const more = fc.constantFrom('', 'a', ' b', secret);
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 3 })), fc.array(more), (words, others) => {
        const text = words.join('');
        const tokens = [...words, ...others].map((word) => sampleToken(word));
        const joined = texts(shown(text, tokens) ?? []).join('');
        expect([text, ` ${text}`].some((whole) => whole.startsWith(joined))).toBe(true);
        expect(joined.length).toBeGreaterThanOrEqual(text.length);
      }),
    );
    expect(texts(shown('a b', ['a', secret].map(token)) ?? [])).toEqual(['a']);
    expect(shown('a', [secret].map(token))).toBeUndefined();
    expect(texts(shown('a', [secret].map(token), false) ?? [])).toEqual([secret]);
  });

  it('come back from no other text in a stream', () => {
    const release = new LogprobRelease(GUARDED);
    release.given(['a', 'x'].map(token));
    expect(texts(release.released('ab'))).toEqual(['a']);
    release.given([token('c')]);
    expect([release.released('c'), release.rest()]).toEqual([[], []]);
  });

  it('may come after their text, but not for ever', () => {
    const release = new LogprobRelease(GUARDED);
    expect(release.released('a')).toEqual([]);
    release.given([token('a')]);
    expect(texts(release.released('b'))).toEqual(['a']);
    release.given([token('b')]);
    expect(texts(release.rest())).toEqual(['b']);
    release.released('x'.repeat(5_000));
    release.given([token('x')]);
    expect(release.rest()).toEqual([]);
  });

  it('name a token by its bytes, whatever an upstream calls it', () => {
    const [one] = shown('ab', [{ ...token('ab'), token: secret }]) ?? [];
    expect(one?.token).toBe('ab');
  });

  it('keep the space that some vocabularies write before the first word', () => {
    expect(texts(shown('Hi you', [' Hi', ' you'].map(token)) ?? [])).toEqual([' Hi', ' you']);
    expect(texts(shown('Hi you', ['Hi', '  you'].map(token)) ?? [])).toEqual(['Hi']);
  });

  it.each([
    ['the token that ended it', 'a', [sampleToken('</s>')], 1],
    ['one of another model', 'a', [sampleToken('<|im_end|>')], 1],
    ['the only token', '', [sampleToken('<|endoftext|>')], 1],
    ['half a character that the text shows', 'a\ufffd', [half(0xe6)], 1],
    ['half a character that the text leaves away', 'a', [half(0xe6), half(0x97)], 2],
    ['what could carry a value', 'a', [sampleToken('<4111>')], 0],
    ['what is long', 'a', [sampleToken(`<${'a'.repeat(40)}>`)], 0],
    ['several', 'a', [sampleToken('</s>'), sampleToken('</s>')], 0],
    ['a word', 'a', [sampleToken('b')], 0],
  ])('at the end of an answer, behind its text: %s', (_, text, tail, count) => {
    const before = text === '' ? [] : [sampleToken('a')];
    expect(shown(text, [...before, ...tail])?.length ?? 0).toBe(before.length + count);
  });

  it('are none where nobody asked', () => {
    expect([shown('a', []), spelledLogprobs('a', undefined, GUARDED)]).toEqual([[], undefined]);
  });
});
