import { costOf } from '@weir/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRequest, sampleTurn } from '../../test/sample-run.js';
import { DEFAULT_FORM, type AnswerForm, type InferenceRequest, type Prompt } from '../pipeline/inference-request.js';
import { covers, formTokenBound, inputTokenBound, worstCase, type Target } from './amounts.js';

const chat = (...contents: string[]): Prompt => ({
  kind: 'chat',
  turns: contents.map((content) => sampleTurn(content)),
});
const request = (prompt: Prompt, maxTokens: number | undefined, extra: Partial<InferenceRequest> = {}) => ({
  ...sampleRequest,
  prompts: [prompt],
  sampling: { ...sampleRequest.sampling, maxTokens },
  ...extra,
});
const form = (extra: Partial<AnswerForm>): AnswerForm => ({ ...DEFAULT_FORM, ...extra });
const target = (extra: Partial<Target> = {}): Target => ({
  price: { inputPerMillion: 1_000_000n, cachedInputPerMillion: 500_000n, outputPerMillion: 3_000_000n },
  contextTokens: 2048,
  maxOutputTokens: 100,
  ...extra,
});

describe('inputTokenBound', () => {
  it('counts UTF-8 bytes and the frame of each turn', () => {
    expect(inputTokenBound(chat('abc', 'é'))).toBe(3 + 2 + 32);
    expect(inputTokenBound({ kind: 'text', text: '😀' })).toBe(4 + 16);
  });

  it('counts documents as the model reads them', () => {
    const turn = sampleTurn('why?', { documents: [{ title: '', text: 'one' }] });
    const shown = '[document 1]\none\n[end of document 1]\n\nwhy?';
    expect(inputTokenBound({ kind: 'chat', turns: [turn] })).toBe(shown.length + 16);
  });

  it('counts tokens as they are, and the calls of an assistant', () => {
    expect(inputTokenBound({ kind: 'tokens', ids: [1, 2, 3], text: 'a very long text' })).toBe(3 + 16);
    // Whatever the client's id is, models see one of nine characters.
    const toolCalls = [{ id: 'c', name: 'add', arguments: '{"a":1}' }];
    const turns = [sampleTurn('', { role: 'assistant', toolCalls })];
    expect(inputTokenBound({ kind: 'chat', turns })).toBe(16 + 16 + 9 + 3 + 2 * 7);
    const result = sampleTurn('1', { role: 'tool', toolCallId: 'c' });
    expect(inputTokenBound({ kind: 'chat', turns: [result] })).toBe(16 + 1 + 9);
  });
});

describe('formTokenBound', () => {
  it('is what tools and a schema add to the prompt', () => {
    expect(formTokenBound(form({}))).toBe(0);
    expect(formTokenBound(form({ responseFormat: { kind: 'json_schema', schema: '{}' } }))).toBe(4);
    const tools = [{ name: 'add', description: 'adds', parameters: '{}' }];
    expect(formTokenBound(form({ tools }))).toBe(512 + 16 + 3 + 4 + 4);
  });
});

describe('worstCase', () => {
  it('takes the most expensive target and the client limit below the cap', () => {
    const dear = target({
      price: { inputPerMillion: 2_000_000n, cachedInputPerMillion: 0n, outputPerMillion: 9_000_000n },
    });
    for (const targets of [
      [target(), dear],
      [dear, target()],
    ]) {
      expect(worstCase(request(chat('abcd'), 10), targets)).toEqual({ requests: 1, tokens: 30, money: 40n + 90n });
    }
    expect(worstCase(request(chat('abcd'), 5_000), [target()])).toMatchObject({ tokens: 120 });
    expect(worstCase(request(chat('abcd'), undefined), [target()])).toMatchObject({ tokens: 120 });
  });

  it('is bounded by the context where that is known', () => {
    const long = chat('x'.repeat(10_000));
    expect(worstCase(request(long, 50), [target()])).toMatchObject({ tokens: 2048 });
    expect(worstCase(request(long, 50), [target({ contextTokens: undefined })])).toMatchObject({ tokens: 10_066 });
  });

  it('takes each prompt once and all of its answers', () => {
    const three = request(chat('abcd'), 10, { form: form({ n: 3 }) });
    expect(worstCase(three, [target()])).toEqual({ requests: 1, tokens: 20 + 30, money: 20n + 90n });
    const prompts = [chat('abcd'), chat('ab')];
    expect(worstCase({ ...three, prompts }, [target()])).toEqual({ requests: 1, tokens: 38 + 60, money: 38n + 180n });
    // Each answer has a context of its own, which it shares with the prompt.
    const long = request(chat('x'.repeat(10_000)), 50, { form: form({ n: 2 }) });
    expect(worstCase(long, [target()])).toMatchObject({ tokens: 2048 - 50 + 100 });
  });

  it('of embeddings is their input', () => {
    const prompts: Prompt[] = [{ kind: 'text', text: 'abcd' }];
    const need = worstCase({ ...sampleRequest, operation: 'embeddings', prompts }, [target()]);
    expect(need).toEqual({ requests: 1, tokens: 20, money: 20n });
  });

  it('is never below what the request can cost', () => {
    const price = fc.bigInt({ min: 0n, max: 10n ** 13n });
    const prices = fc.record({ inputPerMillion: price, cachedInputPerMillion: price, outputPerMillion: price });
    fc.assert(
      fc.property(prices, fc.string(), fc.nat(100), fc.nat(), fc.nat(), (tokenPrice, text, output, input, cached) => {
        const prompt = chat(text);
        const inputTokens = input % (inputTokenBound(prompt) + 1);
        const cachedInputTokens = cached % (inputTokens + 1);
        const use = { inputTokens, cachedInputTokens, outputTokens: output };
        const need = worstCase(request(prompt, undefined), [target({ price: tokenPrice })]);
        const actual = { requests: 1, tokens: inputTokens + output, money: costOf(tokenPrice, use) };
        const bounded = { ...tokenPrice };
        const cheapCache = bounded.cachedInputPerMillion <= bounded.inputPerMillion;
        return covers(need, cheapCache ? actual : { ...actual, money: need.money });
      }),
    );
  });
});
