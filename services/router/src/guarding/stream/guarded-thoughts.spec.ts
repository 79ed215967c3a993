import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failingAfter, passing, play, verdict, type Filter } from '../../../test/stream-play.js';
import type { GeneratedPart } from '../../routing/attempt.js';

describe('thoughts of a guarded stream', () => {
  const thought = (reasoning: string) => ({ reasoning });
  const parts = [thought('a'), thought('b'), { text: 'c' }];
  const blocking: Filter = async function* (texts) {
    for await (const text of texts) if (text) break;
    yield verdict('block', 'Not this.');
  };

  it('go through a filter of their own, which only they need', async () => {
    const thoughtFilter: Filter = async function* (texts) {
      for await (const text of texts) yield { kind: 'release', text: text.toUpperCase() };
      yield verdict('replace');
    };
    const { end, text, reasoning, run } = await play({ parts, filter: passing, thoughtFilter });
    expect([end, text, reasoning]).toEqual(['complete', 'c', 'AB']);
    expect(run.verdicts.map(({ action }) => action).sort()).toEqual(['allow', 'replace']);
    const plain = await play({ texts: ['c'], filter: passing, thoughtFilter });
    expect(plain.run.verdicts).toHaveLength(1);
  });

  it('end the whole answer when they are blocked', async () => {
    const { end, deltas, stopped } = await play({ parts, filter: passing, thoughtFilter: blocking, hang: true });
    expect([end, stopped]).toEqual(['blocked', true]);
    expect(deltas.some(({ reasoning }) => reasoning !== undefined)).toBe(false);
  });

  it('do not leave after the text was blocked', async () => {
    const decided = Promise.withResolvers<void>();
    const filter: Filter = async function* (texts) {
      for await (const text of texts) if (text) break;
      yield verdict('block');
      decided.resolve();
    };
    const slow: Filter = async function* (texts) {
      for await (const text of texts) {
        await decided.promise;
        yield { kind: 'release', text };
      }
      yield verdict('allow');
    };
    const { end, reasoning } = await play({ parts, filter, thoughtFilter: slow, hang: true });
    expect([end, reasoning]).toEqual(['blocked', '']);
  });

  it('mark the answer when only they pass without a filter', async () => {
    const { end, reasoning } = await play({ parts, filter: passing, thoughtFilter: failingAfter(0), open: true });
    expect([end, reasoning]).toEqual(['unguarded', 'ab']);
  });

  it('end a closed route when their filter is away, and go on without it on an open one', async () => {
    const closed = await play({ parts, filter: passing, thoughtFilter: failingAfter(1), hang: true });
    expect([closed.end, closed.stopped]).toEqual(['guardrails_unavailable', true]);
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.nat(6), async (answerAt, thoughtAt) => {
        const many = [...parts, thought('d'), { text: 'e' }, thought('f')];
        const open = await play({
          parts: many,
          filter: failingAfter(answerAt),
          thoughtFilter: failingAfter(thoughtAt),
          open: true,
        });
        expect([open.end, open.text, open.reasoning]).toEqual(['unguarded', 'ce', 'abdf']);
      }),
    );
  });

  it('never hold what was masked, however text and thoughts are cut and mixed', async () => {
    const masking: Filter = async function* (texts) {
      let held = '';
      for await (const text of texts) held += text;
      yield { kind: 'release', text: held.replaceAll('secret', '******') };
      yield verdict('mask');
    };
    const piece = fc.constantFrom('se', 'cret', 'secret', ' ', 'a');
    const mixed = fc.array(
      fc.oneof(
        piece.map((text) => ({ text })),
        piece.map(thought),
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(mixed, async (given) => {
        const { text, reasoning } = await play({ parts: given, filter: masking, thoughtFilter: masking });
        const all = (field: 'text' | 'reasoning') =>
          given
            .map((one: Partial<GeneratedPart>) => one[field] ?? '')
            .join('')
            .replaceAll('secret', '******');
        expect([text, reasoning]).toEqual([all('text'), all('reasoning')]);
      }),
    );
  });
});
