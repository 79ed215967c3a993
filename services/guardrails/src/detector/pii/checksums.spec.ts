import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digitCount,
  hasOneDigit,
  isDay,
  luhnDigit,
  mod97,
  passesEan13,
  passesIcao,
  passesLuhn,
  passesMod11Of10,
  passesMod11Of2,
  passesVerhoeff,
} from './checksums.js';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));

/** The one last character with which a number passes. */
function completed(body: string, passes: (text: string) => boolean, alphabet = '0123456789'): string | undefined {
  const last = [...alphabet].filter((char) => passes(body + char));
  return last.length === 1 ? body + last[0] : undefined;
}

/** Every number that differs from a valid one in one digit is not valid. */
function expectEveryChangeToFail(valid: string, passes: (text: string) => boolean): void {
  for (let place = 0; place < valid.length; place++) {
    for (const digit of '0123456789') {
      if (digit === valid[place]) continue;
      expect(passes(valid.slice(0, place) + digit + valid.slice(place + 1)), `${valid} at ${place}: ${digit}`).toBe(
        false,
      );
    }
  }
}

describe('checksums', () => {
  const single = [
    ['Luhn', passesLuhn, 15],
    ['Verhoeff', passesVerhoeff, 11],
    ['ISO 7064 MOD 11,10', passesMod11Of10, 10],
    ['EAN-13', passesEan13, 12],
  ] as const;

  it.each(single)('%s: every body has one check digit, and no changed digit passes', (_, passes, length) => {
    fc.assert(
      fc.property(digits(length), (body) => {
        const valid = completed(body, passes);
        expect(valid).toBeDefined();
        expectEveryChangeToFail(valid!, passes);
      }),
      { numRuns: 30 },
    );
  });

  it('ISO 7064 MOD 11-2: every body has one check character, and no changed digit passes', () => {
    fc.assert(
      fc.property(digits(17), (body) => {
        const valid = completed(body, passesMod11Of2, '0123456789X');
        expect(valid).toBeDefined();
        expectEveryChangeToFail(valid!, passesMod11Of2);
      }),
      { numRuns: 30 },
    );
  });

  it('Verhoeff sees every two neighbours that changed places', () => {
    fc.assert(
      fc.property(digits(11), fc.integer({ min: 0, max: 10 }), (body, place) => {
        const valid = completed(body, passesVerhoeff)!;
        const swapped = valid.slice(0, place) + valid[place + 1] + valid[place] + valid.slice(place + 2);
        expect(passesVerhoeff(swapped)).toBe(swapped === valid);
      }),
    );
  });

  it('mod 97 is the remainder of the number that letters and digits spell', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{1,34}$/), (text) => {
        const number = [...text].map((char) => Number.parseInt(char, 36)).join('');
        expect(mod97(text)).toBe(Number(BigInt(number) % 97n));
      }),
    );
  });

  it('computes the check digit that Luhn asks for', () => {
    fc.assert(
      fc.property(digits(12), (body) => {
        expect(passesLuhn(body + luhnDigit(body))).toBe(true);
      }),
    );
  });

  it.each([
    [passesLuhn, '4111111111111111', true],
    [passesLuhn, '4111 1111 1111 1112', false],
    [passesLuhn, '79927398713', true],
    [passesLuhn, '', false],
    [passesVerhoeff, '2363', true],
    [passesVerhoeff, '2364', false],
    [passesVerhoeff, '', false],
    [passesMod11Of10, '07945', true],
    [passesMod11Of2, '079X', true],
    [passesMod11Of2, '0799', false],
    [passesEan13, '4006381333931', true],
    [passesEan13, '400638133393', false],
    [passesIcao, 'L898902C36', true],
    [passesIcao, 'L898902C37', false],
  ])('%o of published vector %s: %s', (passes, text, valid) => {
    expect(passes(text)).toBe(valid);
  });

  it('counts digits, and sees whether they are all the same one', () => {
    expect(['', 'a', '4 1-1', '٣'].map(digitCount)).toEqual([0, 0, 3, 0]);
    expect(['', 'a-', '7', '7 7-7', '7 7-8', '0000', 'a4b5'].map(hasOneDigit)).toEqual([
      ...[false, false, true, true, false, true, false],
    ]);
  });

  it('knows the days of the months', () => {
    expect([isDay(2, 29), isDay(2, 30), isDay(13, 1), isDay(4, 31), isDay(12, 31), isDay(0, 1), isDay(1, 0)]).toEqual([
      ...[true, false, false, false, true, false, false],
    ]);
  });
});
