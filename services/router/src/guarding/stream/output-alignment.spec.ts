import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputAlignment } from './output-alignment.js';

describe('OutputAlignment', () => {
  it('knows what is still to come, however the text was divided', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.nat(7)), (given, sizes) => {
        const alignment = new OutputAlignment();
        const text = given.join('');
        for (const piece of given) alignment.given(piece);
        let at = 0;
        for (const size of sizes) {
          alignment.released(text.slice(at, at + size));
          at += size;
        }
        return alignment.rest === text.slice(at);
      }),
    );
  });

  it('is lost for good once the filter has changed something', () => {
    const alignment = new OutputAlignment();
    alignment.given('my secret');
    alignment.released('my ***');
    expect(alignment.rest).toBeUndefined();
    alignment.given('more');
    alignment.released('more');
    expect(alignment.rest).toBeUndefined();
  });
});
