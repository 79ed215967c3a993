import { describe, expect, it } from 'vitest';
import { WORD } from '../pattern/char-set.js';
import { PseudonymVault } from '../pseudonym/pseudonym-vault.js';
import { CARD, detector, EMAIL, filterAll, KEY, PHRASE, planOf, rule, SAMPLES } from './sample-plan.fixture.js';
import { StreamFilter, type RequestSecrets } from './stream-filter.js';

const NUMBER = '4111 1111 1111 1111';
const TEXT = `pay ${NUMBER} now`;

const secrets = (more: Partial<RequestSecrets> = {}): RequestSecrets => ({
  restore: [],
  canaries: [],
  pseudonyms: undefined,
  json: false,
  ...more,
});

describe('actions', () => {
  it.each([
    ['flag', TEXT, false],
    ['allow', TEXT, false],
    ['downgrade', TEXT, false],
    ['mask', 'pay [CARD] now', false],
    ['replace', 'pay *** now', false],
    ['block', 'pay ', true],
    ['require_approval', 'pay ', true],
  ] as const)('%s', (action, text, blocked) => {
    const plan = planOf([CARD], { card: rule(action, { replacement: '***' }) });
    expect(filterAll(plan, [...TEXT])).toMatchObject({ text, blocked, findings: [['card', 4, 23, NUMBER]] });
    const shadow = planOf([CARD], { card: rule(action, { shadow: true }) });
    expect(filterAll(shadow, [...TEXT])).toMatchObject({
      text: TEXT,
      blocked: false,
      findings: [['card', 4, 23, NUMBER]],
    });
  });

  it('pseudonymise: the same value has one pseudonym, which is masked where there is no vault', () => {
    const plan = planOf([CARD], { card: rule('pseudonymise') });
    const vault = new PseudonymVault({ random: () => 0.4 });
    const { text } = filterAll(plan, [`${TEXT}, ${TEXT}`], secrets({ pseudonyms: vault }));
    const [pair] = vault.pairs;
    expect(pair?.original).toBe(NUMBER);
    expect(text).toBe(`pay ${pair?.pseudonym} now, pay ${pair?.pseudonym} now`);
    expect(text).not.toContain(NUMBER);
    expect(filterAll(plan, [TEXT]).text).toBe('pay [CARD] now');
  });

  it('a function makes the replacement from the value as the string says it', () => {
    const plan = planOf([
      detector('url', String.raw`https?://[a-z/]+`, { replacement: (value) => `"${value.length}"`, folded: false }),
    ]);
    expect(filterAll(plan, ['see https://a/b']).text).toBe('see "11"');
    expect(filterAll(plan, ['{"x":"https:\\/\\/a\\/b"}'], secrets({ json: true })).text).toBe('{"x":"\\"11\\""}');
  });

  it('lists a thousand values and counts the rest, but never loses what is treated more strictly', () => {
    const plan = planOf([CARD, EMAIL], { card: rule('flag'), email: rule('mask') });
    const filter = new StreamFilter(plan);
    const released = filter.push(`${NUMBER}, `.repeat(1_100)) + filter.push('ada@example.com') + filter.end();
    expect(filter.findings).toHaveLength(1_001);
    expect(filter.findings.at(-1)?.rule.action).toBe('mask');
    expect(filter.findingsOmitted).toBe(100);
    expect(released).not.toContain('ada@');
  });

  it('leaves a value alone whose score no rule counts', () => {
    const weak = { ...CARD, score: 0.2, context: { words: ['visa', 'credit card'], score: 0.9 } };
    expect(filterAll(planOf([weak]), [TEXT])).toMatchObject({ text: TEXT, findings: [] });
    expect(filterAll(planOf([weak]), [`Credit card? ${TEXT}`]).text).toBe('Credit card? pay [CARD] now');
    expect(filterAll(planOf([weak]), [`visage ${TEXT}`]).findings).toEqual([]);
    expect(filterAll(planOf([weak]), [`vіsa${' '.repeat(59)}${NUMBER}`]).findings).toHaveLength(1);
    expect(filterAll(planOf([weak]), [...`visa${' '.repeat(61)}${NUMBER}`]).findings).toHaveLength(0);
  });

  it('gives nothing after it was dropped, and nothing held when the stream ends early', () => {
    const filter = new StreamFilter(planOf([CARD]));
    expect(filter.push(`pay ${NUMBER}`)).toBe('pay ');
    expect(filter.heldBack).toBe(NUMBER.length);
    filter.drop();
    expect([filter.heldBack, filter.push('more'), filter.end()]).toEqual([0, '', '']);
  });

  it('lets text through untouched when there is nothing to look for', () => {
    const filter = new StreamFilter(planOf([]));
    expect([filter.push('\ud83d'), filter.push('x'), filter.end(), filter.heldBack]).toEqual(['\ud83d', 'x', '', 0]);
    expect(planOf([]).maxHoldback).toBe(0);
  });
});

describe('values', () => {
  const plan = planOf(SAMPLES);

  it.each([
    [
      `${NUMBER}@shop.example.com bought it`,
      '[EMAIL] bought it',
      'of equal score the longer value names the replacement',
    ],
    ['order 4111111111111112, run 41111111111111111111111.', undefined, 'no card: checksum, too many digits'],
    ['sk-abcd1234 sk-abcd12345678 sk-abc', '[KEY] [KEY] sk-abc', 'a tail goes with its value'],
    ['-----BEGIN KEY-----\nAbc/+=\n-----END KEY-----. More', '[PEM]. More', 'a tail of several lines'],
    ['We know Project \n NIGHTFALL.', 'We know [PHRASE].', 'any case and spacing'],
    ['project nightfalls, myproject nightfall', undefined, 'words of their own only'],
    ['Prоjеct\u00a0\u200bnightfall', '[PHRASE]', 'look-alikes and what nobody sees'],
    ['４１１１ 1111\u200b 1111 𝟏𝟏𝟏𝟏!', '[CARD]!', 'digits of other shapes'],
    ['x4111111111111111\u200b', 'x[CARD]\u200b', 'invisible characters behind a value are no part of it'],
    ['4111111111111111\u200b1 a', undefined, 'nor do they end it'],
    ['![a](http://x/y?q=1) ！［a］(b)', '[LINK] ！［a］(b)', 'detectors of the very characters do not fold'],
    ['a@b a@b.c a@b.co', 'a@b a@b.c [EMAIL]', 'only what is complete'],
  ])('%j: %j (%s)', (text: string, expected: string | undefined, _why: string) => {
    for (const pieces of [[text], text.split('')]) expect(filterAll(plan, pieces).text).toBe(expected ?? text);
  });

  it('replaces a value as soon as nothing can change it, and goes on with its tail', () => {
    const filter = new StreamFilter(planOf([detector('bang', 'ab!', { tail: WORD })]));
    for (let round = 0; round < 3; round++) {
      expect([filter.push('-a'), filter.push('b'), filter.push('!'), filter.heldBack]).toEqual(['-', '', '[BANG]', 0]);
      expect([filter.push('c'), filter.push('d '), filter.push('e ')]).toEqual(['', ' ', 'e ']);
    }
  });

  it('gives one replacement to values that overlap: highest score, then the longest, then the first id', () => {
    const overlapping = (scores: readonly number[]) =>
      planOf([
        detector('b', 'aab', { score: scores[0] }),
        detector('c', 'bcc', { score: scores[1] }),
        detector('a', 'abc', { score: scores[2] }),
      ]);
    expect(filterAll(overlapping([1, 1, 1]), [...'-aabcc-']).text).toBe('-[A]-');
    expect(filterAll(overlapping([0.9, 1, 0.8]), [...'-aabcc-']).text).toBe('-[C]-');
    expect(filterAll(overlapping([1, 0.9, 0.4]), [...'-aabcc-']).text).toBe('-[B]-');
    expect(filterAll(overlapping([1, 0.9, 1]), [...'-aabcc-']).findings).toHaveLength(3);
  });

  it('counts a value inside of another one of the same detector once', () => {
    expect(filterAll(planOf([detector('digits', String.raw`\d{3,9}`)]), ['1234567']).findings).toEqual([
      ['digits', 0, 7, '1234567'],
    ]);
  });

  it('stops where the first value that blocks begins, with everything before it', () => {
    const blocking = planOf([EMAIL, PHRASE, KEY], { phrase: rule('block') });
    expect(filterAll(blocking, [...'a@b.co knows Project Nightfall, c@d.co'])).toMatchObject({
      text: '[EMAIL] knows ',
      blocked: true,
      findings: [
        ['email', 0, 6, 'a@b.co'],
        ['phrase', 13, 30, 'Project Nightfall'],
      ],
    });
  });
});

describe('pseudonyms of a request', () => {
  const restore = [
    { pseudonym: '5500 0055 5555 5559', original: NUMBER },
    { pseudonym: 'kim@example.net', original: 'o"neil@corp.com' },
  ];
  const plan = planOf(SAMPLES);
  const restored = (text: string, more: Partial<RequestSecrets> = {}) => {
    const outcomes = [[text], text.split('')].map((pieces) => filterAll(plan, pieces, secrets({ restore, ...more })));
    expect(outcomes[1]!.text).toBe(outcomes[0]!.text);
    expect(outcomes[1]!.findings).toEqual(outcomes[0]!.findings);
    return outcomes[1]!;
  };

  it('come back as their originals, and win over the detector that would find them', () => {
    expect(restored('Dear kim@example.net, 5500 0055 5555 5559 is ok, 4111111111111111 not')).toMatchObject({
      text: `Dear o"neil@corp.com, ${NUMBER} is ok, [CARD] not`,
      findings: [['card', 49, 65, '4111111111111111']],
    });
  });

  it('stay inside of a link that is taken out: originals do not leave in it', () => {
    expect(restored('![x](https://evil/?q=kim@example.net)').text).toBe('[LINK]');
  });

  it('are not found inside of longer words', () => {
    expect(restored('akim@example.net').text).toBe('[EMAIL]');
    expect(restored('kim@example.nets').text).toBe('[EMAIL]');
  });

  it('are escaped as JSON wants it, also where the text escapes them', () => {
    const { text } = restored('{"to":"kim@example.net","cc":"kim\\u0040example.net"}', { json: true });
    expect(JSON.parse(text)).toEqual({ to: 'o"neil@corp.com', cc: 'o"neil@corp.com' });
  });

  it('hold back only what may still become one', () => {
    const filter = new StreamFilter(planOf([PHRASE]), secrets({ restore }));
    expect(filter.push('Dear kin, kim@exa')).toBe('Dear kin, ');
    expect(filter.push('ctly. ')).toBe('kim@exactly. ');
  });
});

describe('canaries', () => {
  const canaries = ['7f3a9c0d12be45f8'];

  it.each(['7f3a9c0d12be45f8', '7F3A9C0D12BE45F8', '7f3a\u200b9c0d12be45ｆ８', '_7f3a9c0d12be45f8_'])(
    'stop the text: %j',
    (leak) => {
      const { text, blocked, findings } = filterAll(planOf([]), [...`It is ${leak} indeed`], secrets({ canaries }));
      expect(blocked).toBe(true);
      expect(text).toBe(leak.startsWith('_') ? 'It is _' : 'It is ');
      expect(findings[0]?.[0]).toBe('leak.canary');
    },
  );

  it('let others pass', () => {
    expect(filterAll(planOf([]), [...'It is 7f3a9c0d12be45f7'], secrets({ canaries })).text).toBe(
      'It is 7f3a9c0d12be45f7',
    );
  });
});

describe('JSON', () => {
  const plan = planOf(SAMPLES);

  it('is read as its strings say, and stays JSON', () => {
    const text = JSON.stringify({ card: NUMBER, note: 'to a@b.co\n"project\tnightfall"', url: '![x](http://y)' });
    const escaped = text.replace('4111', '\\u0034\\u0031\\u0031\\u0031').replaceAll('/', '\\/');
    for (const variant of [text, escaped]) {
      for (const pieces of [[variant], variant.split('')]) {
        expect(JSON.parse(filterAll(plan, pieces, secrets({ json: true })).text)).toEqual({
          card: '[CARD]',
          note: 'to [EMAIL]\n"[PHRASE]"',
          url: '[LINK]',
        });
      }
    }
  });

  it('keeps the quotation mark behind the tail of a key', () => {
    const text = JSON.stringify({ a: '-----BEGIN KEY-----\nMIIE\nMIIE\n-----END KEY-----\n"x"' });
    for (const pieces of [[text], text.split('')]) {
      expect(JSON.parse(filterAll(plan, pieces, secrets({ json: true })).text)).toEqual({ a: '[PEM]"x"' });
    }
  });
});

describe('plans', () => {
  it('refuse two detectors of one id, and replacements that would break JSON', () => {
    expect(() => planOf([KEY, KEY])).toThrow('Two detectors are named "key"');
    expect(() => planOf([{ ...KEY, replacement: 'a "key"' }])).toThrow('would break JSON');
    expect(() => planOf([{ ...KEY, pattern: '(' }])).toThrow('Pattern "("');
  });

  it('know what they can hold back', () => {
    expect(planOf([KEY]).maxHoldback).toBe(11 + 256);
    expect(planOf([CARD, EMAIL]).maxHoldback).toBe(254 + 256);
  });
});
