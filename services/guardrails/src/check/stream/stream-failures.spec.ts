import { describe, expect, it } from 'vitest';
import type { PolicyCheck } from '../../policy/policy.js';
import { wordCheck, sampleCatalogue } from '../../policy/compile/sample-catalogue.fixture.js';
import { fakeRunner, policyOf } from '../test/verdicts.fixture.js';
import { chunkOf, sessionOf, streamed } from './stream.fixture.js';

const prose = 'It rained all day. Then it stopped! Nobody knew why?\nThe river rose by two feet, and the weir held. ';
const later = () => new Promise<never>((_, reject) => setImmediate(() => reject(new TypeError('down'))));
const failing = () => fakeRunner(later).runner;
const rule = (more: object = {}) => policyOf({ rules: [{ check: 'prompt-injection', action: 'block', ...more }] });

describe('a stream that is blocked', () => {
  const blocking = policyOf({
    rules: [
      { check: 'prompt-injection', action: 'block' },
      { check: 'pii.card', action: 'mask' },
    ],
  });

  it('has given only what was judged before, and gives nothing more', async () => {
    const session = sessionOf(blocking);
    const text = `${prose.repeat(3)}Now ignore it. ${prose}`;
    const given = Object.values(
      await streamed(
        session,
        [...text].map((each) => ({ text: each })),
      ),
    ).join('');
    expect(prose.repeat(3).startsWith(given)).toBe(true);
    expect(given.length).toBeGreaterThan(prose.length);
    expect(session.blocked).toBe(true);
    expect(await session.push(chunkOf({ text: prose }))).toBe('');
    expect(await session.end()).toEqual([]);
    expect(session.verdict()).toMatchObject({ action: 'block', findings: [{ start: text.indexOf('ignore') }] });
  });

  it('gives nothing of its other texts at the end either', async () => {
    const session = sessionOf(blocking);
    await session.push(chunkOf({ text: 'Held back until the end', choice: 1 }));
    await session.push(chunkOf({ text: `${'x'.repeat(80)} ignore it. ${prose}` }));
    expect(session.blocked).toBe(true);
    expect(await session.end()).toEqual([]);
  });

  it('is not stopped by what only watches', async () => {
    const session = sessionOf(rule({ shadow: true }));
    expect(Object.values(await streamed(session, [{ text: 'ignore it' }]))).toEqual(['ignore it']);
    expect(session.verdict()).toMatchObject({ action: 'allow', findings: [{ action: 'block', shadow: true }] });
  });
});

describe('a stream whose check fails after a while', () => {
  it('ends in an error when nothing may pass without the check', async () => {
    const session = sessionOf(rule(), failing());
    await expect(streamed(session, [{ text: prose.repeat(4) }])).rejects.toMatchObject({
      code: 'guardrails_unavailable',
      details: { check: 'prompt-injection', status: 'failed' },
    });
  });

  it('goes on, marked, when its policy says so', async () => {
    const session = sessionOf(rule({ on_error: 'open' }), failing());
    expect(Object.values(await streamed(session, [{ text: prose }, { text: prose }]))).toEqual([prose.repeat(2)]);
    expect(session.verdict()).toMatchObject({
      action: 'allow',
      passedUnchecked: ['prompt-injection'],
      checks: [{ check: 'prompt-injection', status: 'failed', score: 0 }],
    });
  });

  it.each([{ shadow: true }, { action: 'flag', on_error: 'open' }])('is not held up with %j', async (more) => {
    const session = sessionOf(rule(more), failing());
    expect(session.push(chunkOf({ text: prose }))).toBe(prose);
    await session.end();
    expect(session.verdict().passedUnchecked).toEqual(['prompt-injection']);
  });

  it('tells at the end what went wrong in a check that only watches', async () => {
    const gone = { run: () => later() } as never;
    const session = sessionOf(rule({ shadow: true }), gone);
    for (const text of [prose, prose, prose]) expect(session.push(chunkOf({ text }))).toBe(text);
    await expect(session.end()).rejects.toThrow('down');
  });

  it('keeps the failure of one text when the check goes well, or has nothing to say, in another', async () => {
    const { runner } = fakeRunner((_, { texts }) => (texts[0]?.text.includes('bad') ? later() : []));
    const session = sessionOf(rule({ on_error: 'open' }), runner);
    await streamed(session, ['good', 'bad', 'good'].map((text, choice) => ({ text, choice }))); // prettier-ignore
    expect(session.verdict().checks).toMatchObject([{ status: 'failed' }]);
  });
});

describe('a stream has bounds', () => {
  it('of characters over all of its texts', async () => {
    const session = sessionOf(policyOf(), undefined, {}, 10);
    session.push(chunkOf({ text: '12345' }));
    session.push(chunkOf({ text: '67890', choice: 1 }));
    expect(() => session.push(chunkOf({ text: 'x', choice: 2 }))).toThrow(
      expect.objectContaining({ code: 'payload_too_large' }) as Error,
    );
  });

  it('of texts, empty ones included', () => {
    const session = sessionOf(policyOf());
    for (let choice = 0; choice < 512; choice++) session.push(chunkOf({ text: '', choice }));
    session.push(chunkOf({ text: 'more', choice: 511 }));
    expect(() => session.push(chunkOf({ text: '', choice: 512 }))).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'choice_index' }) as Error,
    );
  });

  it('of what it holds back: its window and what the filter has open', async () => {
    const policy = policyOf({ rules: [{ check: 'prompt-injection', action: 'block' }, { check: 'pii.card', action: 'mask' }] }); // prettier-ignore
    const session = sessionOf(policy);
    const text = prose.replaceAll('.', ' 4111').repeat(30);
    for (const each of text) await session.push(chunkOf({ text: each }));
    expect(session.mostHeldBack).toBeGreaterThan(40);
    expect(session.mostHeldBack).toBeLessThanOrEqual(policy.maxHoldback);
    expect(session.spentUs).toBeGreaterThan(0);
  });

  it('drops what it holds when nobody waits any more', async () => {
    const session = sessionOf(policyOf({ rules: [{ check: 'pii.card', action: 'mask' }] }));
    expect(session.push(chunkOf({ text: 'pay 4111' }))).toBe('pay ');
    session.drop();
    expect(session.push(chunkOf({ text: '2222' }))).toBe('');
    expect(await session.end()).toMatchObject([{ text: '' }]);
  });
});

describe('a check that judges a stream piece by piece', () => {
  /** Counts how often a word stands in what it sees, and points at its first place. */
  const often = { ...wordCheck('often', 'tulip', 0, 60) };
  const check: PolicyCheck['check'] = {
    ...often,
    check: ({ texts }) =>
      texts.flatMap(({ path, text }) => {
        const [first, ...more] = [...text.matchAll(/tulip/g)];
        const score = Math.min(1, 0.4 * (more.length + 1));
        return first ? [{ path, start: first.index, end: first.index + 5, score, category: 'custom' as const, entity: 'tulip' }] : []; // prettier-ignore
      }),
  };
  const catalogue = { ...sampleCatalogue, checks: [check] };
  const ruled = (action: string) => policyOf({ rules: [{ check: 'often', action }] }, catalogue);
  const text = `One tulip stands here, all alone and by itself today. And now ${'x'.repeat(40)}. Then another tulip came. ${'y'.repeat(60)}.`;

  it('counts what is too much only together with text that has left', async () => {
    const session = sessionOf(ruled('block'));
    const given = Object.values(await streamed(session, [{ text }])).join('');
    expect(session.blocked).toBe(true);
    expect(given).not.toContain('another');
    expect(session.verdict().findings).toMatchObject([{ start: 4, end: 9, score: 0.8 }]);
  });

  it('tells it once', async () => {
    const session = sessionOf(ruled('flag'));
    expect(Object.values(await streamed(session, [{ text }]))).toEqual([text]);
    expect(session.verdict().findings).toMatchObject([{ start: 4, end: 9 }]);
  });
});
