import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleToken } from '../../../test/sample-run.js';
import { LogprobRelease } from './logprob-release.js';

const texts = (tokens: readonly { token: string }[]) => tokens.map(({ token }) => token);

describe('LogprobRelease', () => {
  it('counts bytes, so that half a character waits for its other half', () => {
    const release = new LogprobRelease();
    const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
    release.given([first, second].map((bytes) => ({ ...sampleToken('\ufffd'), bytes })));
    expect(release.released('')).toEqual([]);
    expect(release.released('é')).toHaveLength(2);
  });

  it('never shows more than was released, and in the end everything, in order', () => {
    const word = fc.string({ minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(fc.nat(6)), (words, steps) => {
        const release = new LogprobRelease();
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
        expect([...shown, ...texts(release.rest())]).toEqual(words);
      }),
    );
  });

  it('shows nothing any more once the text was changed', () => {
    const release = new LogprobRelease();
    release.given([sampleToken('a')]);
    release.lose();
    release.given([sampleToken('b')]);
    expect([release.released('ab'), release.rest()]).toEqual([[], []]);
  });
});
