import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rot13 } from '../text/decoding/encodings.fixture.js';
import { PseudonymVault } from '../pseudonym/pseudonym-vault.js';
import type { FilterPlan } from '../filter/filter-plan.js';
import { WorkTurns } from '../filter/pace/work-turns.js';
import type { RequestSecrets } from '../filter/request-secrets.js';
import type { ConversationPart } from './conversation.js';
import { partOf, policyOf } from './test/verdicts.fixture.js';
import { filterText, filterWhole, withHidden } from './whole-text.js';

describe('withHidden', () => {
  it('replaces spans and keeps what is around them', () => {
    const hidden = [
      { start: 10, end: 13, replacement: '[B]' },
      { start: 0, end: 3, replacement: '[A]' },
    ];
    expect(withHidden('one and a two', hidden)).toBe('[A] and a [B]');
  });

  it('replaces overlapping spans as one, with the words of the first', () => {
    const hidden = [
      { start: 4, end: 8, replacement: '[B]' },
      { start: 2, end: 6, replacement: '[A]' },
    ];
    expect(withHidden('0123456789', hidden)).toBe('01[A]89');
  });

  it('keeps every character outside of all spans and none inside, in whatever order they come', () => {
    const span = fc.record({ start: fc.nat(30), length: fc.nat(8) });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
        const text = Array.from({ length: 40 }, (_, at) => String.fromCharCode(0x100 + at)).join('');
        const hidden = spans.map(({ start, length }) => ({ start, end: start + length, replacement: '#' }));
        const left = [...text].filter((_, at) => !hidden.some(({ start, end }) => start <= at && at < end));
        expect(withHidden(text, hidden).replaceAll('#', '')).toBe(left.join(''));
        expect(withHidden(text, [...hidden].reverse()).replaceAll('#', '')).toBe(left.join(''));
      }),
      { numRuns: 200 },
    );
  });
});

const secrets: RequestSecrets = { restore: [], canaries: [], pseudonyms: undefined, json: false };
const planFor = (...rules: object[]) => policyOf({ rules }).stage('input').plan;
const CARD = '4111111111111111';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const never = new AbortController().signal;
/** Work whose slices are over at once, so that every piece waits for its turn; `signal` ends it. */
const hurried = (signal = never) => {
  let now = 0;
  return new WorkTurns(() => (now += 100)).begin(signal);
};
const filter = (part: ConversationPart, plan: FilterPlan, own = secrets) =>
  filterWhole(part, { plan, secrets: own, pace: new WorkTurns(() => 0).begin(never) });

describe('a whole text', () => {
  const plan = planFor({ check: 'pii.card', action: 'mask' }, { check: 'egress.sql', action: 'flag' });

  it('comes out filtered, with each value at its place', async () => {
    const { text, matches, omitted } = await filter(partOf(`pay ${CARD}, drop table`), plan);
    expect(text).toBe('pay [pii.card], drop table');
    expect(matches).toMatchObject([
      {
        path: 'messages.0.content',
        encoded: false,
        match: { start: 4, end: 20, value: CARD },
        rule: { action: 'mask' },
      },
      { encoded: false, match: { start: 22, end: 32 }, rule: { action: 'flag' } },
    ]);
    expect(omitted).toBe(0);
  });

  it('is searched inside of its encodings as well, each value at the part that encodes it', async () => {
    const sentence = `The card of the customer who wrote to us in the spring is ${CARD}, and it is a new one.`;
    const original = `Please store this: ${base64(sentence)} for later, thank you.`;
    const { text, matches } = await filter(partOf(original), plan);
    expect(text).toBe(original);
    expect(matches).toMatchObject([{ encoded: true, match: { value: CARD }, rule: { action: 'mask' } }]);
    const { start, end } = matches[0]!.match;
    const from = original.indexOf(base64(sentence));
    expect(start).toBeGreaterThanOrEqual(from + 32);
    expect(end).toBeLessThanOrEqual(from + base64(sentence).length);
    const hidden = withHidden(original, [{ start, end, replacement: '#' }]);
    const rest = hidden.slice(from, hidden.indexOf('#'));
    expect(Buffer.from(rest, 'base64').toString()).not.toMatch(/\d/);
  });

  it('says nothing about encoded values that mean something only as they stand', async () => {
    const sentence = `Now you should ${rot13('drop table')} of all the users and then stop.`;
    const masked = planFor({ check: 'egress.sql', action: 'mask' });
    const encoded = partOf(base64('Please drop table users and then tell me.'));
    expect((await filter(encoded, plan)).matches).toEqual([]);
    expect((await filter(partOf(sentence), masked)).matches).toEqual([]);
  });

  it('makes no views where no value counts inside of an encoding', async () => {
    const part = partOf(base64(`The card of the customer is ${CARD} and it is new.`));
    Object.defineProperty(part, 'views', { get: () => expect.fail('views were made') });
    expect((await filter(part, planFor({ check: 'egress.sql', action: 'mask' }))).text).toBe(part.text);
    expect((await filter(part, planFor())).text).toBe(part.text);
  });

  it('follows the rules for encoded values too', async () => {
    const encoded = partOf(base64('The number on the car was X1234 as far as I remember.'));
    expect((await filter(encoded, planFor({ check: 'pii.plate', action: 'mask' }))).matches).toEqual([]);
    const low = await filter(encoded, planFor({ check: 'pii.plate', action: 'mask', threshold: 0.2 }));
    expect(low.matches).toMatchObject([{ encoded: true, match: { score: 0.3, value: 'X1234' } }]);
  });

  it('stays JSON when values are taken out of it or put into it', async () => {
    const json = JSON.stringify({ to: 'ada@example', card: CARD });
    const part = partOf(json, { json: true });
    const replaced = planFor({ check: 'pii.card', action: 'replace', replacement: 'said "no"\n' });
    const { text } = await filter(part, replaced, { ...secrets, json: true });
    expect(JSON.parse(text)).toEqual({ to: 'ada@example', card: 'said "no"\n' });
    const restore = [{ pseudonym: 'ada@example', original: 'Ada "the" Lovelace' }];
    const restored = await filter(part, planFor(), { ...secrets, restore, json: true });
    expect(JSON.parse(restored.text)).toEqual({ to: 'Ada "the" Lovelace', card: CARD });
  });

  it('gets one pseudonym for one value', async () => {
    const pseudonyms = new PseudonymVault({ random: () => 0.4 });
    const plan = planFor({ check: 'pii.email', action: 'pseudonymise' });
    const { text } = await filter(partOf('ada@example and eve@example and ada@example'), plan, {
      ...secrets,
      pseudonyms,
    });
    const [one, other, again] = text.split(' and ');
    expect(one).toBe(again);
    expect(new Set([one, other, 'ada@example', 'eve@example']).size).toBe(4);
  });

  it('is the same in slices of time, with the text and its encodings', async () => {
    const sentence = `The card of the customer who wrote to us in the spring is ${CARD}, and it is a new one. `;
    const part = partOf(`pay ${CARD} with ${base64(sentence.repeat(12))}, drop table ${sentence.repeat(20)}`);
    const whole = await filter(part, plan);
    expect(await filterWhole(part, { plan, secrets, pace: hurried() })).toEqual(whole);
    expect(await filterText(part, { plan, secrets, pace: hurried() })).toBe(whole.text);
    expect(whole.matches.filter(({ encoded }) => encoded).length).toBeGreaterThan(1);
  });

  it('lets everything else go on while it is long, and ends when nobody waits any more', async () => {
    const gone = new AbortController();
    let turns = 0;
    const count = () => {
      turns += 1;
      if (turns === 5) gone.abort();
      else setImmediate(count);
    };
    setImmediate(count);
    const long = { plan, secrets, pace: hurried(gone.signal) };
    await expect(filterWhole(partOf('x '.repeat(50_000)), long)).rejects.toMatchObject({ code: 'cancelled' });
    expect(turns).toBe(5);
  });
});
