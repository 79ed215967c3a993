import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../test/sample-run.js';
import type { VerdictFacts } from '../pipeline/request-run.js';
import { GuardedStream, type GuardedEnd } from './guarded-stream.js';
import type { FilterStep } from './guardrails.client.js';

const verdict = (action: VerdictFacts['action']): FilterStep => ({
  kind: 'verdict',
  verdict: { id: 'v', stage: 'output', action, detectors: [], durationMs: 0 },
});
const gone = () => new WeirError('guardrails_unavailable', 'gone');

type Filter = (texts: AsyncIterable<string>, signal: AbortSignal) => AsyncIterable<FilterStep>;

async function* passing(texts: AsyncIterable<string>): AsyncGenerator<FilterStep> {
  for await (const text of texts) yield { kind: 'release', text };
  yield verdict('allow');
}

/** Fails after so many characters have been released; the rest of what it was given stays with it. */
const failingAfter = (characters: number): Filter =>
  async function* (texts) {
    let left = characters;
    for await (const text of texts) {
      if (left > 0) yield { kind: 'release', text: text.slice(0, left) };
      left -= text.length;
      if (left < 0) throw gone();
    }
    throw gone();
  };

interface Setting {
  texts: string[];
  filter: Filter;
  open?: boolean;
  failWith?: WeirError;
  hang?: boolean;
}

async function play({ texts, filter, open = false, failWith, hang }: Setting) {
  const seen = { text: '', stopped: false };
  const stopped = Promise.withResolvers<void>();
  async function* engine() {
    yield* texts;
    if (failWith) throw failWith;
    if (hang) await stopped.promise;
  }
  const stop = () => {
    seen.stopped = true;
    stopped.resolve();
  };
  const run = sampleRun({ request: { stream: true } });
  const stream = new GuardedStream({
    run,
    attempt: { texts: engine(), stop },
    sink: { text: (delta) => ((seen.text += delta), undefined) },
    filter,
    timeoutMs: 50,
    open,
  });
  const end: GuardedEnd | WeirError = await stream.run().catch((error: WeirError) => error);
  return { end: end instanceof WeirError ? end.code : end, ...seen, run };
}

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
});
