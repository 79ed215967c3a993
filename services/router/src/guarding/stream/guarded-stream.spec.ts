import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleToken } from '../../../test/sample-run.js';
import { failingAfter, gone, passing, play, verdict, type Filter } from '../../../test/stream-play.js';
import type { AnswerDelta, PlacedToolCall } from '../../routing/attempt.js';

describe('GuardedStream', () => {
  it('lets released text out and ends with the verdict', async () => {
    const { end, text, run } = await play({ texts: ['a', 'b', 'c'], filter: passing });
    expect([end, text, run.committed]).toEqual(['complete', 'abc', true]);
    expect(run.verdict('output')?.action).toBe('allow');
    expect(run.firstTextMs).toBeDefined();
  });

  it('stops an engine that still runs when its text is blocked', async () => {
    const filter: Filter = async function* (texts) {
      for await (const text of texts) {
        if (text) break;
      }
      yield verdict('block');
    };
    const { end, text, stopped } = await play({ texts: ['bad'], filter, hang: true });
    expect([end, text, stopped]).toEqual(['blocked', '', true]);
  });

  it('throws what the engine failed with, whatever the filter makes of it', async () => {
    const failWith = new WeirError('engine_failed', 'x');
    const { end, text, run } = await play({ texts: [], filter: passing, failWith });
    expect([end, text, run.committed]).toEqual(['engine_failed', '', false]);
  });

  it('on a closed route nothing follows a filter that failed', async () => {
    const { end, text, stopped } = await play({ texts: ['abc', 'def'], filter: failingAfter(2), hang: true });
    expect([end, text, stopped]).toEqual(['guardrails_unavailable', 'ab', true]);
  });

  it('on an open route nothing is lost or repeated, wherever the filter fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 5 }), { maxLength: 12 }), fc.nat(30), async (texts, after) => {
        const { end, text } = await play({ texts, filter: failingAfter(after), open: true });
        expect([end, text]).toEqual(['unguarded', texts.join('')]);
      }),
    );
  });

  it('on an open route ends after a mask, because the place in the text is lost', async () => {
    const filter: Filter = async function* () {
      yield { kind: 'release', text: '***' };
      throw gone();
    };
    const { end, text } = await play({ texts: ['abc', 'def'], filter, open: true });
    expect([end, text]).toEqual(['guardrails_unavailable', '***']);
  });

  it('does not wait for ever for a verdict', async () => {
    const filter: Filter = async function* (texts, signal) {
      for await (const text of texts) yield { kind: 'release', text };
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw gone();
    };
    const { end } = await play({ texts: ['a'], filter });
    expect(end).toBe('guardrails_unavailable');
  });

  it('does not take a verdict before the end of the text', async () => {
    const filter: Filter = async function* () {
      yield verdict('allow');
    };
    const { end } = await play({ texts: ['a'], filter, hang: true });
    expect(end).toBe('guardrails_unavailable');
  });

  it('marks every piece with its choice', async () => {
    const { deltas } = await play({ texts: ['a'], filter: passing });
    expect(deltas).toEqual([{ index: 3, text: 'a' }]);
  });

  it('begins with the echo of the prompt, which is decided already', async () => {
    const promptLogprobs = [sampleToken('say', null)];
    const parts = [{ text: 'a', promptLogprobs }, { text: 'b' }];
    const plain = await play({ parts, filter: passing, echo: 'say', form: { echo: true } });
    expect(plain.deltas[0]).toEqual({ index: 3, text: 'say' });
    expect(plain.text).toBe('sayab');
    const form = { echo: true, topLogprobs: 0 };
    const withLogprobs = await play({ parts, filter: passing, echo: 'say', form });
    expect(withLogprobs.deltas[0]).toEqual({ index: 3, text: 'say', promptLogprobs });
    const nothingMore = await play({ filter: passing, echo: 'say', form: { echo: true } });
    expect(nothingMore.text).toBe('say');
  });
});

describe('log probabilities of a guarded stream', () => {
  const form = { topLogprobs: 0 };
  const token = (text: string) => ({ text, logprobs: [sampleToken(text)] });
  const tokensOf = (deltas: AnswerDelta[]) => deltas.flatMap((delta) => delta.logprobs ?? []).map((one) => one.token);

  it('leave with the text that their tokens spell, not before', async () => {
    const holding: Filter = async function* (texts) {
      let held = '';
      for await (const text of texts) held += text;
      yield { kind: 'release', text: held.slice(0, 3) };
      yield { kind: 'release', text: held.slice(3) };
      yield verdict('allow');
    };
    const { deltas } = await play({ parts: ['ab', 'cd', 'e'].map(token), filter: holding, form });
    expect(deltas.map((delta) => [delta.text, delta.logprobs?.map((one) => one.token)])).toEqual([
      ['abc', ['ab']],
      ['de', ['cd', 'e']],
    ]);
  });

  it('of tokens without text come at the end of an allowed answer', async () => {
    const parts = [token('a'), { logprobs: [sampleToken('</s>')] }];
    expect(tokensOf((await play({ parts, filter: passing, form })).deltas)).toEqual(['a', '</s>']);
  });

  it('never show what was masked, nor anything after it', async () => {
    const masking: Filter = async function* (texts) {
      for await (const text of texts) yield { kind: 'release', text: text.replaceAll('secret', '******') };
      yield verdict('mask');
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a ', 'b ', 'secret '), { maxLength: 8 }), async (texts) => {
        const { deltas, text } = await play({ parts: texts.map(token), filter: masking, form });
        const shown = tokensOf(deltas);
        const clean = texts.indexOf('secret ');
        expect(text).toBe(texts.join('').replaceAll('secret', '******'));
        // Pieces may go on together, so that a mask hides the log probabilities of its whole piece.
        expect(texts.slice(0, clean < 0 ? texts.length : clean).join('')).toContain(shown.join(''));
      }),
    );
  });

  it('never show what was taken away at the very end', async () => {
    const cutting: Filter = async function* (texts) {
      for await (const text of texts) yield { kind: 'release', text: text.replace('secret', '') };
      yield verdict('replace');
    };
    const { deltas } = await play({ parts: [token('a '), token('secret')], filter: cutting, form });
    expect(JSON.stringify(deltas)).not.toContain('secret');
  });

  it('are none of a blocked answer', async () => {
    const blocking: Filter = async function* (texts) {
      for await (const text of texts) if (text) break;
      yield verdict('block');
    };
    const { deltas } = await play({ parts: [token('bad')], filter: blocking, form });
    expect(deltas).toEqual([]);
  });
});

describe('tool calls of a guarded stream', () => {
  const call = (index: number, text: string, id = '') => ({
    toolCalls: [{ index, id, name: id && 'add', arguments: text }],
  });
  const two = [call(0, '{"a":', 'c0'), call(0, '1}'), call(1, '{}', 'c1')];

  it('leave complete, one by one, once they were decided', async () => {
    const { deltas, end } = await play({ parts: two, filter: passing });
    expect(end).toBe('complete');
    expect(deltas).toEqual([
      { index: 3, text: '', toolCalls: [{ index: 0, id: 'c0', name: 'add', arguments: '{"a":1}' }] },
      { index: 3, text: '', toolCalls: [{ index: 1, id: 'c1', name: 'add', arguments: '{}' }] },
    ]);
  });

  it('end the answer when one is blocked: neither it nor text after it leaves', async () => {
    const checkCall = (one: PlacedToolCall) => (one.index === 0 ? undefined : one);
    const { deltas, end, stopped } = await play({
      parts: [...two, { text: 'more' }],
      filter: passing,
      checkCall,
      hang: true,
    });
    expect([end, deltas, stopped]).toEqual(['blocked', [], true]);
  });

  it('do not follow text that was blocked while they were decided', async () => {
    const decided = Promise.withResolvers<void>();
    const filter: Filter = async function* (texts) {
      for await (const text of texts) if (text) break;
      yield verdict('block');
      decided.resolve();
    };
    const checkCall = (one: PlacedToolCall) => decided.promise.then(() => one);
    const { end, deltas } = await play({ parts: [{ text: 'bad' }, ...two], filter, checkCall });
    expect([end, deltas]).toEqual(['blocked', []]);
  });

  it('take their log probabilities with them when they were masked', async () => {
    const checkCall = (one: PlacedToolCall) => ({ ...one, arguments: '{"a":"*"}' });
    const parts = [{ ...call(0, '{"a":"x"}', 'c0'), logprobs: [sampleToken('{"a":"x"}')] }];
    const { deltas } = await play({ parts, filter: passing, checkCall, form: { topLogprobs: 0 } });
    expect(deltas).toEqual([
      { index: 3, text: '', toolCalls: [{ index: 0, id: 'c0', name: 'add', arguments: '{"a":"*"}' }] },
    ]);
  });

  it('wait for nobody when the filter fails: a closed route ends', async () => {
    const { end } = await play({ parts: two, filter: failingAfter(0) });
    expect(end).toBe('guardrails_unavailable');
  });
});

describe('a blocked stream', () => {
  const blockingAt = (characters: number): Filter =>
    async function* (texts) {
      let seen = 0;
      for await (const text of texts) {
        if ((seen += text.length) > characters) break;
        yield { kind: 'release', text };
      }
      yield verdict('block', 'Not this.');
    };

  it('says what the policy wants said, where nothing else was said', async () => {
    const { end, deltas } = await play({ texts: ['bad'], filter: blockingAt(0), hang: true });
    expect([end, deltas]).toEqual(['blocked', [{ index: 3, text: 'Not this.' }]]);
  });

  it('does not even echo the prompt afterwards', async () => {
    const filter: Filter = async function* () {
      yield verdict('block');
    };
    const { end, deltas } = await play({ filter, hang: true, echo: 'say', form: { echo: true } });
    expect([end, deltas]).toEqual(['blocked', []]);
  });

  it('just ends where the answer has begun', async () => {
    const parts = [{ toolCalls: [{ index: 0, id: 'c', name: 'n', arguments: '{}' }] }, { text: 'bad' }];
    const { text } = await play({
      parts: [...parts, { ...parts[0] }],
      filter: blockingAt(0),
      echo: 'say',
      form: { echo: true },
    });
    expect(text).toBe('say');
  });

  it('also ends so while a person would have to approve', async () => {
    const filter: Filter = async function* (texts) {
      for await (const text of texts) if (text) break;
      yield verdict('require_approval');
    };
    expect(await play({ texts: ['bad'], filter, hang: true })).toMatchObject({ end: 'blocked', deltas: [] });
  });
});
