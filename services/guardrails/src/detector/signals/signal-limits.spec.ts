import { describe, expect, it } from 'vitest';
import { checkInput, conversationText } from '../../text/conversation.fixture.js';
import { compiled, counted, findings } from './compiled.fixture.js';
import { gibberishKind } from './gibberish-kind.js';
import { invisibleTextCheck } from './invisible-text-check.js';
import { francCodes, knownLanguages } from './language-codes.js';
import { languageKind } from './language-kind.js';
import { lengthKind } from './length-kind.js';
import { topicsKind } from './topics-kind.js';

const ENGLISH = 'Please send me the report about the last quarter before Friday, my colleague would like to read it. ';
/** A little more than a window of prose that does not repeat itself. */
const PROSE =
  'The old harbour was quiet in the morning, and only a few boats had left before the fog came in from the sea. A woman ' +
  'with a yellow umbrella walked along the wall, stopped at every lamp and wrote something into a small book. Nobody asked ' +
  'her what she was doing, because people in this town had learned to leave each other alone. Later, when the shops opened, ' +
  'she bought bread, three apples and a bottle of milk, paid with a large note and waited patiently for the change. The baker ' +
  'thought he knew her face from somewhere, perhaps from the newspaper, but he could not remember the name. Around noon the ' +
  'fog lifted and the lighthouse became visible again, white against the grey water, with its broken window on the second ' +
  'floor. Children ran down to the beach to look for shells, while their parents sat on the steps and talked about the ' +
  'weather, about prices, and about the new bridge which was going to be finished before the winter, if the money lasted. In ' +
  'the evening she was gone, though the book was found on a bench, and every page in it was empty except for the first. ';
const GERMAN =
  'Bitte schicken Sie mir den Bericht über das letzte Quartal vor Freitag, mein Kollege möchte ihn lesen. ';
const MORE_GERMAN =
  'Gestern Abend sind wir noch lange am Ufer gesessen und haben über die alten Zeiten gesprochen, bevor es regnete. ';

describe('language', () => {
  const german = compiled(languageKind, { kind: 'language', allowed: ['de'] });

  it('knows each language by both of its codes', () => {
    expect(francCodes('en')).toEqual(francCodes('eng'));
    expect(francCodes('no')).toEqual(['nob', 'nno']);
    expect(francCodes('nor')).toEqual(['nob', 'nno']);
    expect(francCodes('')).toEqual([]);
    for (const code of knownLanguages) expect(francCodes(code)).toEqual([code]);
  });

  it('judges from its least length on, without what is no letter', () => {
    const short = compiled(languageKind, { kind: 'language', allowed: ['de'], min_chars: 60 });
    expect(findings(short, ENGLISH.slice(0, 50))).toEqual([]);
    expect(findings(short, `${ENGLISH.slice(0, 40)}${' 123 !!! '.repeat(20)}`.trim().slice(0, 45))).toEqual([]);
    expect(findings(short, ENGLISH)).toMatchObject([{ entity: 'eng' }]);
  });

  it('judges every text, and says which', () => {
    const [finding, ...more] = counted(german, GERMAN, ENGLISH);
    expect(finding).toMatchObject({ path: 'messages.1.content', entity: 'eng', start: 0, end: ENGLISH.length });
    expect(more).toEqual([]);
  });

  it.each([
    ['after it', (rest: string) => ENGLISH.repeat(8) + rest],
    ['after many of it', (rest: string) => ENGLISH.repeat(300) + rest],
    ['before it', (rest: string) => rest + ENGLISH.repeat(300)],
    ['between', (rest: string) => ENGLISH.repeat(150) + rest + ENGLISH.repeat(150)],
    ['without full stops', (rest: string) => 'please send me the report '.repeat(100) + rest],
    ['in a list', (rest: string) => Array.from({ length: 90 }, (_, at) => `${at}. ${ENGLISH}`).join('\n') + rest],
  ])('is not hidden by one sentence of another that is repeated: %s', (_, around) => {
    const english = compiled(languageKind, { kind: 'language', allowed: ['en'] });
    const text = around(MORE_GERMAN + GERMAN);
    const [finding] = counted(english, text);
    expect(finding).toMatchObject({ entity: 'deu' });
    const place = text.indexOf(MORE_GERMAN);
    expect(finding!.start).toBeLessThanOrEqual(place);
    expect(finding!.end).toBeGreaterThan(place + MORE_GERMAN.length);
    expect(counted(english, around(''))).toEqual([]);
  });

  it('counts repetitions for what they are where they are foreign', () => {
    const english = compiled(languageKind, { kind: 'language', allowed: ['en'] });
    expect(counted(english, ENGLISH + GERMAN.repeat(20))).toMatchObject([{ entity: 'deu' }]);
    expect(counted(english, PROSE + GERMAN.repeat(20))).toMatchObject([{ entity: 'deu' }]);
  });

  it('reads long texts in a bounded number of places, their ends among them', () => {
    const foreign = GERMAN.repeat(1_900);
    for (const text of [PROSE + foreign, foreign + PROSE]) {
      const [finding] = counted(german, text);
      expect(finding).toMatchObject({ entity: 'eng' });
      expect(finding!.end - finding!.start).toBe(1_000);
    }
  });
});

describe('gibberish', () => {
  const check = compiled(gibberishKind, { kind: 'gibberish' });

  it('needs as many Latin letters as it is told', () => {
    expect(findings(check, 'xkcd vrtn bmq')).toEqual([]);
    expect(findings(check, 'xkcd vrtn bmqp wzlk')[0]?.score).toBeGreaterThan(0.5);
    const patient = compiled(gibberishKind, { kind: 'gibberish', min_chars: 40 });
    expect(findings(patient, 'xkcd vrtn bmqp wzlk')).toEqual([]);
  });

  it('leaves words of other scripts alone, some Latin noise among them included', () => {
    expect(findings(check, `${'Пожалуйста пришлите отчёт '.repeat(4)}xkcd vrtn bmqp wzlk`)).toEqual([]);
  });

  it('counts one piece that is repeated for as much as it covers', () => {
    const share = (tail: string) => findings(check, `${'asdf'.repeat(10)} ${tail}`)[0]?.score ?? 0;
    expect(share('')).toBe(1);
    expect(share(ENGLISH)).toBeLessThan(share(ENGLISH.slice(0, 20)));
  });
});

describe('length', () => {
  it('counts what a stream has let go already', () => {
    const check = compiled(lengthKind, { kind: 'length', max_chars: 10 });
    const part = (before: number) => ({ ...conversationText('12345'), views: conversationText('').views, before });
    expect(check.check(checkInput([part(5)]))).toEqual([]);
    expect(check.check(checkInput([part(6)]))).toMatchObject([{ entity: 'too_long', owasp: 'LLM10' }]);
  });

  it('counts words by white space of every kind', () => {
    const check = compiled(lengthKind, { kind: 'length', max_words: 3 });
    expect(findings(check, 'one\u00a0two\n\n three\t')).toEqual([]);
    expect(findings(check, 'one\u00a0two\n\n three\tfour')).toMatchObject([{ entity: 'too_long' }]);
    expect(findings(compiled(lengthKind, { kind: 'length', min_words: 1 }), ' \n ')).toMatchObject([
      { entity: 'too_short' },
    ]);
  });
});

describe('topics', () => {
  const deny = compiled(topicsKind, { kind: 'topics', topics: { arms: ['gun', 'rifle'], drugs: ['weed'] } });

  it('tells each topic once, from its first word to its last', () => {
    const text = 'Is a rifle better than a gun, and is weed legal?';
    const found = findings(deny, text);
    expect(found.map(({ entity, start, end }) => [entity, text.slice(start, end)])).toEqual([
      ['arms', 'rifle better than a gun'],
      ['drugs', 'weed'],
    ]);
    expect(found[0]!.score).toBeGreaterThan(found[1]!.score);
  });

  it('scores more with more different words, and less in a longer text', () => {
    const score = (text: string) => findings(deny, text)[0]?.score ?? 0;
    expect(score('a gun and a rifle')).toBeGreaterThan(score('a gun and a gun'));
    expect(score('a gun')).toBeGreaterThan(score(`a gun ${ENGLISH.repeat(10)}`));
    expect(score(ENGLISH)).toBe(0);
  });

  it('judges no text that is too short to be on any topic', () => {
    const allow = (min_words: number) =>
      compiled(topicsKind, { kind: 'topics', topics: { arms: ['gun'] }, mode: 'allow', min_words });
    expect(findings(allow(4), 'tell me something')).toEqual([]);
    expect(findings(allow(3), 'tell me something')).toMatchObject([
      { entity: 'off_topic', score: 1, start: 0, end: 17 },
    ]);
    expect(findings(allow(3), 'sell me a gun')[0]?.score).toBeLessThan(0.5);
  });
});

describe('invisible text', () => {
  const check = invisibleTextCheck();

  it('is told by kind, each with its own span', () => {
    const text = `a\u202eb${'\u{e0041}'.repeat(3)}c\u0000d`;
    expect(findings(check, text).map(({ entity, start, end }) => [entity, start, end])).toEqual([
      ['bidi_override', 1, 2],
      ['tag_characters', 3, 9],
      ['control_characters', 10, 11],
    ]);
  });

  it('is found in 200,000 characters of it', () => {
    for (const piece of ['\u200b', '\u{e0041}', '\u{1f3f4}\u{e0067}', 'a\ufe0f', '\u00ad', '👩\u200d']) {
      const [finding] = findings(check, piece.repeat(200_000 / piece.length));
      if (piece === '👩\u200d') expect(finding?.score ?? 0).toBeLessThan(0.5);
      else expect(finding?.score).toBe(1);
    }
  });
});
