import { describe, expect, it } from 'vitest';
import { compiled, counted, findings } from './compiled.fixture.js';
import { gibberishKind } from './gibberish-kind.js';
import { languageKind } from './language-kind.js';
import { lengthKind } from './length-kind.js';
import { topicsKind } from './topics-kind.js';

const TEXTS = {
  en: 'Please send me the report about the last quarter before Friday. My colleague would like to read it as well.',
  de: 'Bitte schicken Sie mir den Bericht über das letzte Quartal vor Freitag und setzen Sie meinen Kollegen in Kopie.',
  fr: "Merci de m'envoyer le rapport du dernier trimestre avant vendredi, avec mon collègue en copie.",
  ru: 'Пожалуйста, пришлите мне отчёт за последний квартал до пятницы и поставьте коллегу в копию.',
  zh: '请在星期五之前把上个季度的报告发给我，并抄送我的同事。谢谢您的帮助和支持。',
  ar: 'من فضلك أرسل لي تقرير الربع الأخير قبل يوم الجمعة وضع زميلي في نسخة من الرسالة.',
};

describe('language', () => {
  it.each(Object.entries(TEXTS))('%s is found unless it is allowed', (code, text) => {
    for (const allowed of Object.keys(TEXTS)) {
      const found = counted(compiled(languageKind, { kind: 'language', allowed: [allowed] }), text);
      expect(found.length, allowed).toBe(allowed === code ? 0 : 1);
    }
    expect(counted(compiled(languageKind, { kind: 'language', allowed: Object.keys(TEXTS) }), text)).toEqual([]);
  });

  it('names the language and the part, and takes codes of three letters', () => {
    const check = compiled(languageKind, { kind: 'language', allowed: ['eng'] });
    const text = `${`${TEXTS.en} `.repeat(30)}${TEXTS.zh.repeat(30)}`;
    const [finding] = counted(check, text);
    expect(finding).toMatchObject({ entity: 'cmn', category: 'custom', path: 'messages.0.content' });
    expect(finding!.start).toBeGreaterThan(1_000);
  });

  it('says nothing about short texts, numbers and names', () => {
    const check = compiled(languageKind, { kind: 'language', allowed: ['de'] });
    for (const text of ['ok', 'Hello there', '123 456 789 0000 1111 2222 3333 4444 5555', '']) {
      expect(counted(check, text)).toEqual([]);
    }
  });

  it('refuses codes it cannot tell apart', () => {
    expect(languageKind.schema.safeParse({ kind: 'language', allowed: ['xx'] }).success).toBe(false);
    expect(languageKind.schema.safeParse({ kind: 'language', allowed: [] }).success).toBe(false);
    expect(languageKind.schema.safeParse({ kind: 'language', allowed: ['no', 'en'], other: 1 }).success).toBe(false);
  });
});

describe('gibberish', () => {
  const check = compiled(gibberishKind, { kind: 'gibberish' });

  it.each([
    'asdkjh qwlekj zxcmnb qwpoeiru lkjasdf',
    'xkcd vrtn bmqp wzlk fghj',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'hahahahahahahahahahahaha',
  ])('%s', (text) => expect(counted(check, text)).toMatchObject([{ entity: 'gibberish', start: 0, end: text.length }]));

  it.each([
    ...Object.values(TEXTS),
    'Zażółć gęślą jaźń, proszę przesłać raport do piątku.',
    'A gyors barna róka átugrik a lusta kutyán minden reggel.',
    'Nopea ruskea kettu hyppää laiskan koiran yli joka aamu.',
    'const total = items.reduce((sum, item) => sum + item.price, 0);',
    'ok',
  ])('not %s', (text) => expect(counted(check, text)).toEqual([]));
});

describe('length', () => {
  it.each([
    [{ max_chars: 5 }, '123456', 'too_long'],
    [{ max_words: 2 }, 'one two three', 'too_long'],
    [{ min_chars: 3 }, 'ab', 'too_short'],
    [{ min_words: 3 }, ' one  two ', 'too_short'],
  ])('%j finds %j', (limits, text, entity) => {
    expect(findings(compiled(lengthKind, { kind: 'length', ...limits }), text)).toMatchObject([
      { entity, score: 1, start: 0, end: text.length },
    ]);
  });

  it('keeps what is within the limits, both ends included', () => {
    const check = compiled(lengthKind, { kind: 'length', min_chars: 3, max_chars: 5, min_words: 1, max_words: 2 });
    for (const text of ['abc', 'abcde', 'a b c'.slice(0, 3)]) expect(findings(check, text)).toEqual([]);
  });

  it('waits for the end of a stream only where something can be too short', () => {
    expect(compiled(lengthKind, { kind: 'length', max_chars: 5 }).stream).toBe(1);
    expect(compiled(lengthKind, { kind: 'length', min_chars: 5 }).stream).toBe('whole');
    expect(lengthKind.schema.safeParse({ kind: 'length' }).success).toBe(false);
  });
});

describe('topics', () => {
  const topics = { weapons: ['gun', 'shotgun shells', '武器'], medicine: ['diagnosis', 'prescription'] };
  const deny = compiled(topicsKind, { kind: 'topics', topics });
  const allow = compiled(topicsKind, { kind: 'topics', topics: { travel: ['hotel', 'flight'] }, mode: 'allow' });

  it.each([
    ['Where can I buy a gun?', 'weapons'],
    ['Where can I buy a G-U-N and sh0tgun sh3lls?', 'weapons'],
    ['我想买武器给我的朋友', 'weapons'],
    ['I need a diagnosis.', 'medicine'],
  ])('%s: %s', (text, entity) => {
    expect(counted(deny, text).map((found) => found.entity)).toContain(entity);
  });

  it('takes whole words only, and a mention in a long text for what it is', () => {
    expect(counted(deny, 'It had begun before the gunpowder age.')).toEqual([]);
    const mention = `${'The history of the town is long and its people are proud of it. '.repeat(40)}A gun was found.`;
    expect(counted(deny, mention)).toEqual([]);
    expect(findings(deny, mention)).toHaveLength(1);
  });

  it('points at the words in the original', () => {
    const text = 'May I have a ＧＵＮ please, sir?';
    const [finding] = counted(deny, text);
    expect(text.slice(finding!.start, finding!.end)).toBe('ＧＵＮ');
  });

  it('finds texts on none of the allowed topics', () => {
    expect(counted(allow, 'Which hotel is near the airport?')).toEqual([]);
    expect(counted(allow, 'Write me a poem about the sea, please.')).toMatchObject([{ entity: 'off_topic' }]);
    expect(counted(allow, 'Thank you!')).toEqual([]);
    expect(allow.stream).toBe('whole');
  });

  it('refuses more keywords than it can hold', () => {
    const words = (from: number) => Array.from({ length: 500 }, (_, at) => `word${from + at}`);
    const many = Object.fromEntries([0, 1, 2, 3, 4].map((each) => [`t${each}`, words(each * 500)]));
    expect(() => compiled(topicsKind, { kind: 'topics', topics: many })).toThrow(/more than 2000/);
    expect(topicsKind.schema.safeParse({ kind: 'topics', topics: {} }).success).toBe(false);
  });
});
