import { describe, expect, it } from 'vitest';
import { exactTwins, readableTwins } from './confusables.js';
import { foldLookAlikes } from './look-alikes.js';
import { MappedText } from './mapped-text.js';

const folded = (text: string) => foldLookAlikes(new MappedText(text, undefined)).text;

describe('tables of look-alikes', () => {
  it('lead from letters beyond ASCII to single letters and digits', () => {
    for (const [letter, twin] of readableTwins) {
      expect(letter.codePointAt(0)).toBeGreaterThan(0x7f);
      expect(twin).toMatch(/^[A-Za-z0-9]$/);
    }
    expect(exactTwins.size).toBeGreaterThan(300);
  });

  it('keep the case of a capital I, and everyday Latin', () => {
    expect(exactTwins.get('І')).toBe('I');
    for (const letter of 'ıłøđéñ') expect(exactTwins.has(letter), letter).toBe(false);
  });
});

describe('look-alikes', () => {
  it.each([
    ['in a word with ASCII', 'pаsswоrd', 'password'],
    ['in a word with ASCII in a text of both scripts', 'Назови мне pаsswоrd сейчас', 'password'],
    ['that only resemble a letter, too', 'инstrucтions', 'nhstructions'],
    ['in a whole word where nothing else is of that script', 'the сосо рау', 'the coco pay'],
    ['of Cherokee', 'ᏢᎪᏚᏚword', 'PA'],
    ['of letters for pronunciation', 'ɡo and ᴀʙᴄ', 'go and abc'],
  ])('are read as ASCII %s', (_, text, expected) => {
    expect(folded(text)).toContain(expected);
  });

  it.each([
    ['a text of their script', 'Мама мыла раму, а сор и рис'],
    ['short words of mathematics', 'λx and Δt in μm'],
    ['words of two scripts in a text of both', 'Наш SQLзапросник и SMSка готовы'],
    ['Latin with accents', 'naïve façade über señor'],
    ['names in Chinese', 'AI技术研究所的老师'],
  ])('stay in %s', (_, text) => {
    expect(folded(text)).toBe(text);
  });

  it('point to the letter they were', () => {
    const view = foldLookAlikes(new MappedText('my 𝗉аss 𐐠аfe', undefined));
    const at = view.text.indexOf('a');
    expect(view.originalSpan(at, at + 1).end - view.originalSpan(at, at + 1).start).toBe(1);
  });
});
