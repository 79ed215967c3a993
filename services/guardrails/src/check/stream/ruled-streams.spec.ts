import { describe, expect, it } from 'vitest';
import { logicOf } from '../../policy/compile/sample-catalogue.fixture.js';
import { fakeRunner, policyOf } from '../test/verdicts.fixture.js';
import { alone, chunkOf, sessionOf, streamed } from './stream.fixture.js';

const CARD = '4111111111111111';
const TIER = 'request.metadata.tier';
const { runner } = fakeRunner();

describe('rules over a stream', () => {
  const long = { fact: 'text.characters', op: 'gt', value: 20 };
  const free = { fact: TIER, op: 'eq', value: 'free' };
  const logicFor = (when: object, action: string) => logicOf(when, { action, message: 'Why.' });
  const mask = { check: 'pii.card', action: 'mask' };
  const opened = (document: object) => sessionOf(policyOf(document), runner, { facts: new Map([['tier', 'free']]) });

  it('let nothing of a text leave before all of it is there, then all that may', async () => {
    const policy = { rules: [mask], ...logicFor(long, 'block') };
    const short = `pay ${CARD}`;
    expect(await alone(opened(policy), [...short])).toMatchObject({
      before: '',
      released: 'pay [pii.card]',
      action: 'mask',
    });
    const blocked = await alone(opened(policy), [...`${short} at once`]);
    expect(blocked).toMatchObject({ released: '', action: 'block', message: 'Why.', trace: [{ rule: 'rule' }] });
    expect(blocked.findings).toMatchObject([{ detector: 'pii.card' }]);
  });

  it('stop at the first character what the request alone stops, without reading on', async () => {
    const session = opened(logicFor(free, 'block'));
    expect([session.push(chunkOf({ text: '' })), session.blocked]).toEqual(['', false]);
    expect([session.push(chunkOf({ text: 'h' })), session.blocked]).toEqual(['', true]);
    expect(await session.end()).toEqual([]);
    expect(session.verdict()).toMatchObject({ action: 'block', message: 'Why.', trace: [{ read: [[TIER, 'free']] }] });
  });

  it('hold a text that was cut off within a value, and take out what is there of it', async () => {
    const session = opened({ rules: [mask], ...logicFor(long, 'block') });
    expect(session.push(chunkOf({ text: CARD.slice(0, 12) }))).toBe('');
    expect((await session.end([''])).map(({ text }) => text)).toEqual(['[pii.card]']);
  });

  it('say nothing about a text that never came', async () => {
    for (const action of ['block', 'require_approval', 'flag']) {
      const session = opened(logicFor(free, action));
      session.push(chunkOf({ text: '' }));
      await session.end();
      expect(session.verdict()).toMatchObject({ action: 'allow', trace: [] });
    }
  });

  it.each(['flag', 'downgrade'])('only watch to %s, and so does a policy in shadow', async (action) => {
    const text = 'a text that is long enough';
    const watched = await alone(opened(logicFor(long, action)), [...text]);
    expect(watched).toMatchObject({ before: text, action, message: 'Why.', trace: [{ rule: 'rule' }] });
    const shadow = await alone(opened({ mode: 'shadow', ...logicFor(long, 'block') }), [...text]);
    expect(shadow).toMatchObject({ before: text, action: 'allow', message: '', trace: [{ rule: 'rule' }] });
  });

  it('decide on each text by itself, and stop all of them for one', async () => {
    const document = logicFor(long, 'block');
    const texts = ['short', 'a text that is too long for it', 'short as well'].map((text, choice) => ({
      text,
      choice,
    }));
    const session = opened(document);
    expect(Object.values(await streamed(session, texts)).join('')).toBe('');
    expect(session.verdict().trace).toEqual([
      { rule: 'rule', read: [['text.characters', 30]], conclusion: 'action=block' },
    ]);
    const fine = opened(document);
    expect(Object.values(await streamed(fine, texts.toSpliced(1, 1)))).toEqual(['short', 'short as well']);
    expect(fine.verdict()).toMatchObject({ action: 'allow', trace: [], message: '' });
  });

  it('read the arguments of a streamed call, which waits for its end', async () => {
    const policy = policyOf(logicFor({ fact: 'tool.arguments.sum', op: 'gt', value: 9 }, 'block'));
    const call = async (text: string) => {
      const session = sessionOf(policy);
      const pieces = [...text].map((each) => ({ text: each, stage: 'tool_call' as const }));
      return [Object.values(await streamed(session, pieces)).join(''), session.verdict().action];
    };
    expect(await call('{"sum": 9}')).toEqual(['{"sum": 9}', 'allow']);
    expect(await call('{"sum": 10}')).toEqual(['', 'block']);
    expect(await call('{"sum": 1')).toEqual(['', 'block']);
  });

  it('are not asked about what was stopped before it was complete', async () => {
    const stopping = { check: 'pii.email', action: 'block', stages: ['output'] };
    const held = { all: [long, { fact: 'stage', op: 'eq', value: 'reasoning' }] };
    for (const logic of [logicFor(held, 'block'), logicFor(long, 'flag')]) {
      const session = opened({ rules: [stopping], ...logic });
      session.push(chunkOf({ text: 'thoughts that are not complete yet', stage: 'reasoning' }));
      session.push(chunkOf({ text: 'an answer with ada@example, ' }));
      expect([session.blocked, await session.end(), session.verdict().trace]).toEqual([true, [], []]);
    }
    const dropped = opened(logicFor(long, 'block'));
    dropped.push(chunkOf({ text: 'a text that nobody waits for' }));
    expect(dropped.mostHeldBack).toBe(28);
    dropped.drop();
    expect(await dropped.end()).toMatchObject([{ text: '' }]);
  });

  it('end in an error where facts are refused, and nothing has left by then', async () => {
    const refused = { salt: '', judge: () => Promise.reject(new TypeError('no facts')) } as never;
    const session = sessionOf(policyOf(logicFor(long, 'block')), runner, {}, undefined, refused);
    expect(session.push(chunkOf({ text: 'a text' }))).toBe('');
    await expect(session.end()).rejects.toThrow('no facts');
  });
});
