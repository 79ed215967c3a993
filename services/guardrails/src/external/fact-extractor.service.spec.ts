import { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallOptions, RpcClients } from '@weir/grpc';
import { fakeSource, silentLogger, testMetrics } from '@weir/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FactExtraction } from '../rules/rule-set.js';
import { FactExtractor } from './fact-extractor.service.js';
import { ModelClient } from './judge/model.client.js';
import { inputOf, principal } from './test/inputs.js';

const settings = {
  externalConcurrency: 4,
  externalBreakerVolume: 3,
  externalBreakerOpenMs: 1_000,
  secretDirectory: '',
};
const extraction: FactExtraction = {
  model: 'finder',
  instructions: 'Find the amount.',
  schema: '{"type":"object","properties":{"amount":{"type":"number"}}}',
  deadlineMs: 100,
  onError: 'closed',
};

type Chat = (input: inferenceV1.ChatInput | undefined, options: CallOptions) => Promise<inferenceV1.ChatResponse>;

function answering(content: string, finishReason = 'stop'): inferenceV1.ChatResponse {
  const message = inferenceV1.Message.fromPartial({ role: 'assistant', content });
  return inferenceV1.ChatResponse.fromPartial({ choices: [{ message, finishReason }] });
}

describe('FactExtractor', () => {
  let chat: ReturnType<typeof vi.fn<Chat>>;
  let extractor: FactExtractor;
  beforeEach(() => {
    vi.useFakeTimers();
    chat = vi.fn<Chat>(async () => answering('{"amount":12}'));
    const client = { chat: ({ input }: inferenceV1.ChatRequest, options: CallOptions) => chat(input, options) };
    const clients = { as: () => ({ client: () => client }) } as unknown as RpcClients;
    extractor = new FactExtractor(new ModelClient(clients), testMetrics(), fakeSource(), silentLogger, settings);
  });
  afterEach(() => {
    extractor.onApplicationShutdown();
    vi.useRealTimers();
  });

  it('asks for facts by their schema, in the name of who asks', async () => {
    expect([...(await extractor.extract(extraction, inputOf(['I paid 12'])))]).toEqual([['extracted.amount', 12]]);
    const [input, options] = chat.mock.lastCall ?? [];
    expect(input).toMatchObject({
      model: 'finder',
      responseFormat: { kind: 'json_schema', schema: extraction.schema },
      sampling: { temperature: 0, seed: 1 },
    });
    expect(input?.logprobs).toBeUndefined();
    expect(options?.principal).toBe(principal);
  });

  it.each([
    ['an answer that is none', () => answering('twelve')],
    ['an answer that was cut', () => answering('{"amount":12}', 'length')],
    ['no answer', () => inferenceV1.ChatResponse.fromPartial({})],
  ])('is refused for %s, or goes on without facts', async (_, answer) => {
    chat.mockImplementation(async () => answer());
    await expect(extractor.extract(extraction, inputOf(['text']))).rejects.toMatchObject({
      code: 'guardrails_unavailable',
      details: { cause: 'upstream_error' },
    });
    expect(await extractor.extract({ ...extraction, onError: 'open' }, inputOf(['text']))).toEqual(new Map());
  });

  it('asks in nobody’s name for nobody', async () => {
    const asking = extractor.extract(extraction, inputOf(['text'], { principal: undefined }));
    await expect(asking).rejects.toMatchObject({ details: { cause: 'failed_precondition' } });
    expect(chat).not.toHaveBeenCalled();
  });

  it('waits no longer than its deadline, and ends the call', async () => {
    let signal: AbortSignal | undefined;
    chat.mockImplementation((_input, options) => {
      signal = options.signal;
      return new Promise(() => undefined);
    });
    const refused = expect(extractor.extract(extraction, inputOf(['text']))).rejects.toMatchObject({
      details: { cause: 'deadline_exceeded' },
    });
    await vi.advanceTimersByTimeAsync(100);
    await refused;
    expect(signal?.aborted).toBe(true);
  });

  it('stops asking a model that keeps failing', async () => {
    chat.mockImplementation(async () => Promise.reject(new WeirError('peer_unavailable', 'down')));
    const open = { ...extraction, onError: 'open' } as const;
    for (let times = 0; times < 6; times++) await extractor.extract(open, inputOf(['text']));
    expect(chat).toHaveBeenCalledTimes(settings.externalBreakerVolume);
    await vi.advanceTimersByTimeAsync(settings.externalBreakerOpenMs);
    chat.mockImplementation(async () => answering('{"amount":1}'));
    expect((await extractor.extract(open, inputOf(['text']))).size).toBe(1);
  });

  it('says why when its caller left', async () => {
    const leaving = new AbortController();
    leaving.abort(new WeirError('cancelled', 'gone'));
    const asking = extractor.extract(extraction, inputOf(['text'], { signal: leaving.signal }));
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
  });
});
