import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Token } from '../../engine/node_modules/node-llama-cpp/dist/index.js';
import { BatchLoop } from '../../engine/src/batch-loop.js';
import { ChildError } from '../../engine/src/child-error.js';
import type { LoadedModel } from '../../engine/src/loaded-model.js';
import type { ChildMessage, SamplingOptions } from '../../engine/src/protocol.js';

/** A sequence that keeps its tokens as the real one does and always samples the token 1. */
class CountingSequence {
  contextTokens: Token[] = [];
  evaluatedAtOnce: number[] = [];
  broken = false;

  get nextTokenIndex(): number {
    return this.contextTokens.length;
  }

  async eraseContextTokenRanges([range]: { start: number; end: number }[]): Promise<void> {
    this.contextTokens = this.contextTokens.slice(0, range?.start);
  }

  async evaluateWithoutGeneratingNewTokens(tokens: Token[]): Promise<void> {
    await this.evaluate(tokens);
  }

  async *evaluateWithMetadata(tokens: Token[]) {
    for (let next = tokens; ; next = [1 as Token]) {
      await this.evaluate(next);
      yield { token: 1 as Token };
    }
  }

  private async evaluate(tokens: Token[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.broken) throw new TypeError('decode failed');
    this.evaluatedAtOnce.push(tokens.length);
    this.contextTokens.push(...tokens);
  }
}

const CONTEXT = 2_000;

function loop(slots: number) {
  const sequences: CountingSequence[] = [];
  const sent: ChildMessage[] = [];
  const model = {
    contextTokens: CONTEXT,
    context: { getSequence: () => sequences[sequences.push(new CountingSequence()) - 1] },
    tokenize: ({ text }: { text: string }) => {
      if (text === 'bad') throw new ChildError('invalid_request', 'bad');
      return Array.from({ length: Number(text) }, (_, index) => (index + 10) as Token);
    },
    detokenize: (tokens: Token[]) => 'x'.repeat(tokens.length),
    isEnd: () => false,
    takeBatches: () => [1],
  } as unknown as LoadedModel;
  const engine = new BatchLoop({
    model,
    slots,
    now: () => 0,
    send: (message) => sent.push(message),
    room: async () => undefined,
    beforeStep: () => undefined,
  });
  const submit = (id: number, promptTokens: number | string, sampling: Partial<SamplingOptions> = {}) =>
    engine.submit(id, { kind: 'text', text: String(promptTokens) }, { ...greedy, ...sampling });
  return { engine, submit, sent, sequences };
}

const greedy: SamplingOptions = { maxTokens: 3, temperature: 0, topP: 1, seed: 1, reproducible: false, stop: [] };

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

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000 && !done(); turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(done()).toBe(true);
}

describe('BatchLoop', () => {
  it('evaluates a prompt in slices and generates what was asked for', async () => {
    const { submit, sent, sequences } = loop(1);
    submit(1, 600);
    await until(() => endsOf(sent).length === 1);
    expect(sequences[0]!.evaluatedAtOnce).toEqual([256, 256, 88, 1, 1]);
    expect(endsOf(sent)).toEqual([{ id: 1, end: 'length', outputTokens: 3 }]);
    expect(sent.find(({ kind }) => kind === 'begun')).toMatchObject({ inputTokens: 600, cachedInputTokens: 0 });
  });

  it('keeps slices small beside a running stream', async () => {
    const { submit, sent, sequences } = loop(2);
    submit(1, 5, { maxTokens: 200 });
    await until(() => sequences[0]!.contextTokens.length > 5 || sequences[1]!.contextTokens.length > 5);
    submit(2, 600);
    await until(() => endsOf(sent).some(({ id }) => id === 2));
    const prompt = sequences.find(({ evaluatedAtOnce }) => evaluatedAtOnce.includes(64));
    expect(Math.max(...(prompt?.evaluatedAtOnce ?? [999]))).toBe(64);
  });

  it('hears a cancel after a slice', async () => {
    const { engine, submit, sent, sequences } = loop(1);
    submit(1, 1_500);
    await until(() => sequences[0]!.evaluatedAtOnce.length === 2);
    engine.cancel(1);
    await until(() => endsOf(sent).length === 1);
    expect(endsOf(sent)).toEqual([{ id: 1, end: 'cancelled', outputTokens: 0 }]);
    expect(sequences[0]!.evaluatedAtOnce.length).toBeLessThanOrEqual(3);
  });

  it('goes to the slot that still has the prompt, and evaluates the rest only', async () => {
    const { submit, sent, sequences } = loop(3);
    submit(1, 200);
    await until(() => endsOf(sent).length === 1);
    submit(2, 200);
    await until(() => endsOf(sent).length === 2);
    const begun = sent.filter((message) => message.kind === 'begun');
    expect(begun.map(({ cachedInputTokens }) => cachedInputTokens)).toEqual([0, 192]);
    expect(sequences.filter(({ contextTokens }) => contextTokens.length > 0)).toHaveLength(1);
    submit(3, 200, { reproducible: true });
    await until(() => endsOf(sent).length === 3);
    expect(sent.filter((message) => message.kind === 'begun').at(-1)).toMatchObject({ cachedInputTokens: 0 });
  });

  it('refuses what cannot run, and a broken batch costs only those in it', async () => {
    const { submit, sent, sequences } = loop(1);
    submit(1, CONTEXT);
    submit(2, 'bad');
    expect(endsOf(sent).map(({ end }) => end)).toEqual(['context_length_exceeded', 'invalid_request']);
    sequences[0]!.broken = true;
    submit(3, 5);
    await until(() => endsOf(sent).length === 3);
    expect(endsOf(sent).at(-1)).toMatchObject({ id: 3, end: 'engine_failed' });
    sequences[0]!.broken = false;
    submit(4, 5);
    await until(() => endsOf(sent).length === 4);
    expect(endsOf(sent).at(-1)).toMatchObject({ id: 4, end: 'length' });
  });

  it('ends every request once, whenever it comes and whenever it is cancelled', async () => {
    const plan = fc.array(
      fc.record({ prompt: fc.integer({ min: 1, max: 700 }), cancel: fc.boolean(), wait: fc.nat(6) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(plan, async (requests) => {
        const { engine, submit, sent } = loop(requests.length);
        for (const [id, { prompt, cancel, wait }] of requests.entries()) {
          submit(id, prompt);
          for (let turn = 0; turn < wait; turn++) await new Promise((resolve) => setImmediate(resolve));
          if (cancel) engine.cancel(id);
        }
        await until(() => endsOf(sent).length >= requests.length);
        const ends = endsOf(sent);
        expect(ends.map(({ id }) => id).sort((a, b) => a - b)).toEqual(requests.map((_, id) => id));
        for (const { id, end, outputTokens } of ends) {
          if (!requests[id]!.cancel) expect([end, outputTokens]).toEqual(['length', 3]);
        }
      }),
      { numRuns: 40 },
    );
  });
});
