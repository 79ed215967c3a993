import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MappedText } from '../../text/mapped-text.js';
import { withoutRepeats } from './without-repeats.js';

const SENTENCE = 'Please send me the report about the last quarter before Friday. ';
const OTHER = 'Gestern Abend sind wir noch lange am Ufer gesessen und haben geredet. ';
const once = (text: string) => withoutRepeats(new MappedText(text, undefined));
const letters = (text: string) => text.replace(/\P{L}/gu, '').toLowerCase();

describe('a text without what it repeats', () => {
  it.each([
    ['nothing', ''],
    ['a short one', 'ha ha ha ha ha ha'],
    ['one that repeats nothing', SENTENCE + OTHER],
    ['one without letters', '0123456789 '.repeat(50)],
  ])('is the text: %s', (_, text) => expect(once(text).text).toBe(text));

  it('has a sentence once', () => {
    expect(once(SENTENCE.repeat(40)).text).toBe(SENTENCE);
    expect(once(SENTENCE.repeat(9) + OTHER.repeat(9)).text).toBe(`${SENTENCE} ${OTHER}`);
  });

  it.each([
    ['its case', SENTENCE.toUpperCase()],
    ['its numbers and signs', `17) ${SENTENCE.replaceAll(' ', ' – 4 ')}`],
    ['its lines', SENTENCE.replaceAll(' ', '\n')],
  ])('knows a sentence again by its letters, whatever %s', (_, again) => {
    expect(letters(once(SENTENCE + again).text)).toBe(letters(SENTENCE));
  });

  it.each([
    ['Russian', 'Пожалуйста пришлите мне отчёт за последний квартал до пятницы и поставьте коллегу в копию '],
    ['Chinese', '请在星期五之前把上个季度的报告发给我并抄送我的同事谢谢您的帮助和支持'],
  ])('knows letters of every script: %s', (_, sentence) => {
    expect(once(sentence.repeat(20)).text).toBe(sentence);
  });

  it('leads back to the text', () => {
    const text = SENTENCE.repeat(20) + OTHER + SENTENCE.repeat(20);
    const view = once(text);
    const start = view.text.indexOf('Gestern');
    const place = text.indexOf('Gestern');
    expect(view.originalSpan(start, start + OTHER.length - 1)).toEqual({ start: place, end: place + OTHER.length - 1 });
    expect(view.originalSpan(0, 6)).toEqual({ start: 0, end: 6 });
  });

  it('keeps letters of the text in their order, and each of them at least once', () => {
    const word = fc.stringMatching(/^[a-zäжи語]{1,12}[ .\n]$/u);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.array(fc.nat(59), { maxLength: 60 }), (words, order) => {
        const text = words.join('') + order.map((at) => words[at] ?? '').join('');
        const kept = letters(once(text).text);
        expect(kept[0]).toBe(letters(text)[0]);
        let from = 0;
        for (const letter of kept) {
          const found = letters(text).indexOf(letter, from);
          expect(found).toBeGreaterThanOrEqual(0);
          from = found + 1;
        }
        // A repetition is left out, never the first time that its letters come in that order.
        expect(new Set(kept)).toEqual(new Set(letters(text)));
      }),
      { numRuns: 200 },
    );
  });

  it('is made of 400,000 letters in bounded memory, also where all of them differ', () => {
    let state = 1;
    const random = Array.from({ length: 400_000 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return String.fromCharCode(0x61 + ((state >>> 24) % 26));
    }).join('');
    // Two hashes in 65,000 letters are the same by chance.
    expect(once(random).text.length).toBeGreaterThan(random.length - 500);
    expect(once(SENTENCE.repeat(6_000)).text.length).toBeLessThan(100);
  });
});
