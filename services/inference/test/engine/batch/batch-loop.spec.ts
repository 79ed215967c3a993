import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchLoop } from '../../../engine/src/batch/batch-loop.js';
import type { ChildMessage, SamplingOptions, TokenLogprobReport } from '../../../engine/src/protocol.js';
import { CONTEXT, expectedText, FakeModel, greedy } from './fake-model.js';

function loop(slots: number) {
  const sent: ChildMessage[] = [];
  const model = new FakeModel();
  const engine = new BatchLoop({
    model,
    slots,
    now: () => 0,
    send: (message) => sent.push(message),
    room: async () => undefined,
    beforeStep: () => undefined,
  });
  const submit = (id: number, prompt: number | number[], sampling: Partial<SamplingOptions> = {}) => {
    const ids = typeof prompt === 'number' ? promptOf(prompt) : prompt;
    engine.submit(id, { kind: 'tokens', ids }, { ...greedy, ...sampling });
  };
  return { engine, submit, sent, model };
}

const promptOf = (tokens: number, first = 10) => Array.from({ length: tokens }, (_, index) => first + (index % 40));

interface Ended {
  readonly id: number;
  readonly end: string;
  readonly outputTokens: number;
}

const endsOf = (sent: readonly ChildMessage[]) =>
  sent.flatMap((message): Ended[] => {
    if (message.kind === 'step')
      return message.finished.map(({ id, reason, outputTokens }) => ({ id, end: reason, outputTokens }));
    return message.kind === 'refused' ? [{ id: message.id, end: message.failure.code, outputTokens: 0 }] : [];
  });

const stepsOf = (sent: readonly ChildMessage[]) => sent.filter((message) => message.kind === 'step');
const textOf = (sent: readonly ChildMessage[], id: number) =>
  stepsOf(sent)
    .flatMap(({ texts }) => texts.filter((text) => text.id === id))
    .map(({ text }) => text)
    .join('');
const begunOf = (sent: readonly ChildMessage[]) => sent.filter((message) => message.kind === 'begun');

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function until(done: () => boolean): Promise<void> {
  for (let turns = 0; turns < 20_000 && !done(); turns++) await turn();
  expect(done()).toBe(true);
}

describe('BatchLoop', () => {
  it('evaluates a prompt in slices, generates what was asked for, and tells what each step did', async () => {
    const { submit, sent, model } = loop(1);
    submit(1, 600);
    await until(() => endsOf(sent).length === 1);
    expect(model.rows.map(([row]) => row!.tokens.length)).toEqual([256, 256, 88, 1, 1]);
    expect(endsOf(sent)).toEqual([{ id: 1, end: 'length', outputTokens: 3 }]);
    expect(textOf(sent, 1)).toBe(expectedText(promptOf(600), 3));
    expect(begunOf(sent)).toMatchObject([{ inputTokens: 600, cachedInputTokens: 0 }]);
    expect(stepsOf(sent).map(({ promptTokens, sampledTokens }) => [promptTokens, sampledTokens])).toEqual([
      [256, 0],
      [256, 0],
      [88, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(model.openSamplers).toBe(0);
  });

  it('keeps slices small beside a running stream', async () => {
    const { submit, sent, model } = loop(2);
    submit(1, 5, { maxTokens: 200 });
    await until(() => textOf(sent, 1).length > 2);
    submit(2, promptOf(600, 20));
    await until(() => endsOf(sent).some(({ id }) => id === 2));
    const slices = model.rows.flat().filter(({ sequence }) => sequence === 1);
    expect(Math.max(...slices.map(({ tokens }) => tokens.length))).toBe(64);
    expect(model.rows.filter((rows) => rows.length === 2).length).toBeGreaterThan(9);
  });

  it('hears a cancel after a slice, also the first', async () => {
    const { engine, submit, sent, model } = loop(1);
    submit(1, 1_500);
    await until(() => model.rows.length === 2);
    engine.cancel(1);
    await until(() => endsOf(sent).length === 1);
    expect(model.rows.length).toBeLessThanOrEqual(3);
    const before = model.rows.length;
    submit(2, promptOf(1_500, 20));
    engine.cancel(2);
    await until(() => endsOf(sent).length === 2);
    expect(model.rows.length).toBeLessThanOrEqual(before + 1);
    expect(endsOf(sent).map(({ end, outputTokens }) => [end, outputTokens])).toEqual([
      ['cancelled', 0],
      ['cancelled', 0],
    ]);
  });

  it('goes to the slot that still has the prompt, and evaluates the rest only', async () => {
    const { submit, sent, model } = loop(3);
    submit(1, 200);
    await until(() => endsOf(sent).length === 1);
    submit(2, 200);
    await until(() => endsOf(sent).length === 2);
    expect(begunOf(sent).map(({ cachedInputTokens }) => cachedInputTokens)).toEqual([0, 199]);
    expect([...model.cells.values()].filter((cells) => cells.length > 0)).toHaveLength(1);
    submit(3, 200, { reproducible: true });
    await until(() => endsOf(sent).length === 3);
    expect(begunOf(sent).at(-1)).toMatchObject({ cachedInputTokens: 0 });
  });

  it('refuses what cannot run, and a broken batch costs only those in it', async () => {
    const { engine, submit, sent, model } = loop(1);
    submit(1, CONTEXT);
    engine.submit(2, { kind: 'text', text: 'bad' }, greedy);
    expect(endsOf(sent).map(({ end }) => end)).toEqual(['context_length_exceeded', 'invalid_request']);
    submit(3, 50);
    await until(() => endsOf(sent).length === 3);
    model.broken = true;
    submit(4, 50);
    await until(() => endsOf(sent).length === 4);
    expect(endsOf(sent).at(-1)).toMatchObject({ id: 4, end: 'engine_failed' });
    model.broken = false;
    submit(5, 50);
    await until(() => endsOf(sent).length === 5);
    expect(endsOf(sent).at(-1)).toMatchObject({ id: 5, end: 'length' });
    expect(begunOf(sent).at(-1)).toMatchObject({ cachedInputTokens: 0 });
    expect(model.openSamplers).toBe(0);
  });

  it('refuses more requests than slots', async () => {
    const { submit, sent } = loop(1);
    submit(1, 5);
    submit(2, 5);
    expect(endsOf(sent)).toMatchObject([{ id: 2, end: 'engine_failed' }]);
    await until(() => endsOf(sent).length === 2);
  });
});

describe('BatchLoop, parking', () => {
  const parkedOf = (sent: readonly ChildMessage[]) => sent.flatMap((m) => (m.kind === 'parked' ? [m.id] : []));

  it('frees the slot and goes on without a seam once another has used it', async () => {
    const { engine, submit, sent } = loop(1);
    submit(1, 40, { maxTokens: 20 });
    await until(() => textOf(sent, 1).length === 7);
    engine.park(1);
    await until(() => parkedOf(sent).length === 1);
    submit(2, promptOf(30, 15));
    await until(() => endsOf(sent).length === 1);
    engine.unpark(1);
    await until(() => endsOf(sent).length === 2);
    expect(textOf(sent, 1)).toBe(expectedText(promptOf(40), 20));
    expect(textOf(sent, 2)).toBe(expectedText(promptOf(30, 15), 3));
    expect(begunOf(sent).map(({ id }) => id)).toEqual([1, 2]);
  });

  it('ends what is cancelled while it is parked, with what it had', async () => {
    const { engine, submit, sent, model } = loop(1);
    submit(1, 40, { maxTokens: 20 });
    await until(() => textOf(sent, 1).length === 4);
    engine.park(1);
    await until(() => parkedOf(sent).length === 1);
    const had = textOf(sent, 1).length;
    engine.cancel(1);
    expect(endsOf(sent)).toEqual([{ id: 1, end: 'cancelled', outputTokens: had }]);
    engine.unpark(1);
    expect(model.openSamplers).toBe(0);
  });

  it('keeps no more than it may: one too many goes on in its slot', async () => {
    const { engine, submit, sent } = loop(66);
    for (let id = 1; id <= 66; id++) submit(id, promptOf(2, id), { maxTokens: 1_000 });
    for (let id = 1; id <= 65; id++) engine.park(id);
    await until(() => parkedOf(sent).length === 64 && textOf(sent, 65).length > 3);
    expect(parkedOf(sent)).not.toContain(65);
    for (let id = 1; id <= 66; id++) engine.cancel(id);
    await until(() => endsOf(sent).length === 66);
  });
});

describe('BatchLoop, log probabilities', () => {
  const promptScores = (sent: readonly ChildMessage[]) =>
    stepsOf(sent).flatMap(({ texts }) =>
      texts.flatMap(({ promptLogprobs }): TokenLogprobReport[] => [...(promptLogprobs ?? [])]),
    );

  it('scores each prompt token once, in small slices, then the answer', async () => {
    const { submit, sent, model } = loop(1);
    submit(1, 100, { promptLogprobs: 2, topLogprobs: 3 });
    await until(() => endsOf(sent).length === 1);
    const scores = promptScores(sent);
    expect(scores.map(({ id }) => id)).toEqual(promptOf(100));
    expect(scores[0]).toMatchObject({ top: [] });
    expect(scores[0]?.logprob).toBeUndefined();
    expect(scores.slice(1).every(({ logprob, top }) => logprob !== undefined && top.length === 2)).toBe(true);
    expect(Math.max(...model.rows.flat().map(({ tokens }) => tokens.length))).toBe(32);
    const answer = stepsOf(sent).flatMap(({ texts }) => texts.flatMap(({ logprobs }) => logprobs ?? []));
    expect(answer.map(({ logprob, top }) => [logprob, top.length])).toEqual([
      [-0.5, 3],
      [-0.5, 3],
      [-0.5, 3],
    ]);
  });

  it('scores from the start again when it was parked in the middle, and nothing twice', async () => {
    const { engine, submit, sent, model } = loop(1);
    submit(1, 100, { promptLogprobs: 0 });
    await until(() => model.rows.length === 2);
    engine.park(1);
    await until(() => sent.some(({ kind }) => kind === 'parked'));
    engine.unpark(1);
    await until(() => endsOf(sent).length === 1);
    expect(promptScores(sent).map(({ id }) => id)).toEqual(promptOf(100));
  });

  it('only scores when no token is asked for', async () => {
    const { submit, sent } = loop(1);
    submit(1, 10, { promptLogprobs: 1, maxTokens: 0 });
    await until(() => endsOf(sent).length === 1);
    expect(endsOf(sent)).toEqual([{ id: 1, end: 'length', outputTokens: 0 }]);
    expect(promptScores(sent)).toHaveLength(10);
  });
});

describe('BatchLoop, beside a long prompt', () => {
  const DECODE_MS = 40;
  const PROMPT_TOKEN_MS = 0.8;
  const STREAMS = 4;

  /** Gaps between the tokens of four streams, with the slices of a prompt that came in the middle. */
  async function gapsBeside(promptTokens: number) {
    let now = 0;
    const sent: ChildMessage[] = [];
    const model = new FakeModel((rows) => {
      const prompt = rows.reduce((sum, { tokens }) => sum + (tokens.length > 1 ? tokens.length : 0), 0);
      now += DECODE_MS + prompt * PROMPT_TOKEN_MS;
    }, 8_000);
    const gaps: number[] = [];
    const last = new Map<number, number>();
    const engine = new BatchLoop({
      model,
      slots: STREAMS + 1,
      now: () => now,
      send: (message) => {
        sent.push(message);
        if (message.kind !== 'step') return;
        for (const { id } of message.texts.filter((text) => text.id <= STREAMS)) {
          if (last.has(id)) gaps.push(now - last.get(id)!);
          last.set(id, now);
        }
      },
      room: async () => undefined,
      beforeStep: () => undefined,
    });
    const submit = (id: number, ids: number[], maxTokens: number) =>
      engine.submit(id, { kind: 'tokens', ids }, { ...greedy, maxTokens });
    for (let id = 1; id <= STREAMS; id++) submit(id, promptOf(5, id), 300);
    await until(() => textOf(sent, 1).length > 30);
    gaps.length = 0;
    const before = model.rows.length;
    if (promptTokens > 0) submit(9, promptOf(promptTokens, 20), 1);
    await until(() => (promptTokens > 0 ? endsOf(sent).some(({ id }) => id === 9) : textOf(sent, 1).length > 200));
    const slices = model.rows.slice(before).flatMap((rows) => rows.map(({ tokens }) => tokens.length));
    const sorted = [...gaps].sort((a, b) => a - b);
    return { p99: sorted[Math.ceil(sorted.length * 0.99) - 1]!, slice: Math.max(...slices) };
  }

  it('lengthens the gaps of four streams no more than twofold and one slice while 4,000 tokens are read', async () => {
    const { p99: undisturbed } = await gapsBeside(0);
    const { p99, slice } = await gapsBeside(4_000);
    expect(undisturbed).toBe(DECODE_MS);
    expect(slice).toBeGreaterThan(16);
    expect(p99).toBeLessThanOrEqual(2 * undisturbed + slice * PROMPT_TOKEN_MS);
    // What the engine aims at is less: the first slices are a guess.
    expect(p99).toBeLessThanOrEqual(2.4 * undisturbed);
  });
});

describe('BatchLoop, over everything that callers do', () => {
  interface Planned {
    readonly prompt: number;
    readonly wait: number;
    readonly what: 'nothing' | 'cancel' | 'park';
  }

  async function play(slots: number, requests: readonly Planned[]) {
    const { engine, submit, sent, model } = loop(slots);
    const over = () => endsOf(sent).length;
    let running = 0;
    for (const [id, { prompt, wait, what }] of requests.entries()) {
      await until(() => running - over() < slots);
      submit(id, promptOf(prompt, id % 30), { maxTokens: 5 });
      running++;
      for (let turns = 0; turns < wait; turns++) await turn();
      if (what === 'cancel') engine.cancel(id);
      if (what !== 'park') continue;
      engine.park(id);
      await until(
        () => sent.some((m) => m.kind === 'parked' && m.id === id) || endsOf(sent).some((end) => end.id === id),
      );
      engine.unpark(id);
    }
    await until(() => over() >= requests.length);
    await turn();
    return { sent, model };
  }

  it('ends every request once, with its own text to the letter', async () => {
    const planned = fc.record({
      prompt: fc.integer({ min: 1, max: 700 }),
      wait: fc.nat(6),
      what: fc.constantFrom('nothing' as const, 'cancel' as const, 'park' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(planned, { minLength: 1, maxLength: 12 }),
        async (slots, requests) => {
          const { sent, model } = await play(slots, requests);
          const ends = endsOf(sent);
          expect(ends.map(({ id }) => id).sort((a, b) => a - b)).toEqual(requests.map((_, id) => id));
          expect(model.openSamplers).toBe(0);
          for (const { id, end, outputTokens } of ends) {
            const { prompt, what } = requests[id]!;
            const text = expectedText(promptOf(prompt, id % 30), 5);
            if (what !== 'cancel') expect([end, outputTokens]).toEqual(['length', 5]);
            expect(textOf(sent, id)).toBe(text.slice(0, outputTokens));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaks nothing over 10,000 random cancels', async () => {
    const { engine, submit, sent, model } = loop(8);
    let random = 1;
    const next = (most: number) => (random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0) % most;
    const live = new Set<number>();
    let ended = 0;
    const settle = () => {
      for (const { id } of endsOf(sent)) live.delete(id);
      ended += endsOf(sent).length;
      sent.length = 0;
    };
    for (let id = 0; id < 10_000; id++) {
      while (live.size >= 8) {
        await turn();
        settle();
      }
      submit(id, promptOf(1 + next(40), next(9)), { maxTokens: 1 + next(30) });
      live.add(id);
      const victim = [...live][next(live.size)]!;
      engine.cancel(victim);
      if (next(3) === 0) await turn();
    }
    await until(() => {
      settle();
      return live.size === 0;
    });
    expect(ended).toBe(10_000);
    expect(model.openSamplers).toBe(0);
    for (let id = 20_000; id < 20_008; id++) submit(id, promptOf(5, id % 7));
    await until(() => endsOf(sent).length === 8);
    expect(endsOf(sent).every(({ end }) => end === 'length')).toBe(true);
  }, 60_000);
});
