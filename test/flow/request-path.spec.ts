import {
  billingCharged,
  guardrailVerdict,
  inferenceCompleted,
  inferenceV1,
  billingV1,
  engineV1,
  parseUsd,
  costOf,
} from '@weir/contracts';
import { eventually } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, post, postStream } from '../constellation/chat.js';
import { startConstellation, type Constellation } from '@weir/tools';
import { eventLog, type EventLog } from '../constellation/event-log.js';

const CARD = '4111 1111 1111 1111';
const PRICE = {
  inputPerMillion: parseUsd('0.10')!,
  cachedInputPerMillion: parseUsd('0.05')!,
  outputPerMillion: parseUsd('0.40')!,
};
const ask = (content: string, more: object = {}) => ({
  model: 'smollm2',
  messages: [{ role: 'user', content }],
  max_tokens: 24,
  temperature: 0,
  ...more,
});

describe.each(['together', 'apart'] as const)('the path of a request, services %s', (form) => {
  let weir: Constellation;
  let events: EventLog;
  let key: string;
  const chat = () => `${weir.httpUrl}/v1/chat/completions`;
  const details = { 'x-weir-details': '1' };

  beforeAll(async () => {
    weir = await startConstellation({ form });
    events = await eventLog(weir, [inferenceCompleted, guardrailVerdict, billingCharged]);
    key = weir.seeded.demo.secret;
  });
  afterAll(async () => {
    await events?.[Symbol.asyncDispose]();
    await weir?.[Symbol.asyncDispose]();
  });

  it('answers a chat, with its usage, its limits and its times', async () => {
    const { status, body, headers } = await post({ url: chat(), key, body: ask('Say hello.') });
    expect(status).toBe(200);
    expect(body).toMatchObject({ object: 'chat.completion', model: 'smollm2' });
    const { usage, choices } = body as unknown as {
      usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
      choices: { message: { content: string }; finish_reason: string }[];
    };
    expect(choices[0]?.message.content.length).toBeGreaterThan(0);
    expect(['stop', 'length']).toContain(choices[0]?.finish_reason);
    expect(usage.prompt_tokens).toBeGreaterThan(5);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
    expect(headers['x-request-id']).toBeTruthy();
    expect(Number(headers['x-ratelimit-limit-requests'])).toBeGreaterThan(0);
    expect(Number(headers['x-ratelimit-remaining-tokens'])).toBeLessThan(Number(headers['x-ratelimit-limit-tokens']));
    expect(headers['server-timing']).toMatch(/guard/);
  });

  it('streams the same text with the same seed, chunk by chunk, usage last', async () => {
    const body = ask('Name three rivers.', {
      stream: true,
      stream_options: { include_usage: true },
      seed: 7,
      temperature: 0.8,
    });
    const first = await postStream({ url: chat(), key, body });
    const second = await postStream({ url: chat(), key, body });
    expect(first.done).toBe(true);
    expect(first.chunks[0]?.choices?.[0]?.delta?.role).toBe('assistant');
    expect(new Set(first.chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(first.chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } });
    expect(first.content).toBe(second.content);
    expect(first.usage).toEqual(second.usage);
  });

  it('ends at a stop string that is not part of the answer', async () => {
    const body = {
      model: 'smollm2',
      prompt: 'One, two, three, four, five, six,',
      max_tokens: 24,
      temperature: 0,
      stop: ['eight'],
    };
    const { status, body: answer } = await post({ url: `${weir.httpUrl}/v1/completions`, key, body });
    expect(status).toBe(200);
    const [choice] = (answer as unknown as { choices: { text: string; finish_reason: string }[] }).choices;
    expect(choice?.finish_reason).toBe('stop');
    expect(choice?.text).not.toContain('eight');
    expect(answer['object']).toBe('text_completion');
  });

  it('lists the models of the caller', async () => {
    const { body } = await get(`${weir.httpUrl}/v1/models`, key);
    expect(body).toMatchObject({ object: 'list', data: [{ id: 'smollm2', object: 'model' }] });
    expect((await get(`${weir.httpUrl}/v1/models/smollm2`, key)).body).toMatchObject({ id: 'smollm2' });
    expect((await get(`${weir.httpUrl}/v1/models/none`, key)).status).toBe(404);
  });

  it('answers over gRPC, whole and streamed', async () => {
    const client = weir.clientsWith(key).client('router', inferenceV1.InferenceServiceDefinition);
    const input = {
      model: 'smollm2',
      messages: [{ role: 'user', content: 'Say hello.' }],
      sampling: { maxTokens: 16, temperature: 0 },
    };
    const whole = await client.chat({ input });
    let text = '';
    let last: inferenceV1.ChatStreamResponse | undefined;
    for await (const message of client.chatStream({ input })) {
      text += message.delta;
      last = message;
    }
    expect(text).toBe(whole.message?.content);
    expect(last).toMatchObject({
      finishReason: whole.finishReason,
      usage: { outputTokens: whole.usage?.outputTokens },
    });
    expect(parseUsd(whole.costUsd)).toBeGreaterThan(0n);
    expect((await client.listModels({})).models.map((model) => model.id)).toEqual(['smollm2']);
  });

  it('writes one event, one charge and two verdicts for a request, all under one trace', async () => {
    const { body } = await post({ url: chat(), key, body: ask('What is a weir?'), headers: details });
    const weirBlock = body['weir'] as unknown as {
      request_id: string;
      trace_id: string;
      cost_usd: string;
      event: { topic: string; partition: number; offset: string };
    };
    const event = await events.find(inferenceCompleted, (data) => data.request_id === weirBlock.request_id);
    expect({ partition: event.partition, offset: event.offset }).toEqual({
      partition: weirBlock.event.partition,
      offset: weirBlock.event.offset,
    });
    expect(event.data).toMatchObject({
      outcome: 'ok',
      door: 'http',
      cost_usd: weirBlock.cost_usd,
      trace_id: weirBlock.trace_id,
    });
    expect(event.traceparent).toContain(weirBlock.trace_id);

    const {
      input_tokens: inputTokens,
      cached_input_tokens: cachedInputTokens,
      output_tokens: outputTokens,
    } = event.data;
    expect(parseUsd(event.data.cost_usd)).toBe(costOf(PRICE, { inputTokens, cachedInputTokens, outputTokens }));

    const verdicts = await Promise.all(
      (['input', 'output'] as const).map((stage) =>
        events.find(guardrailVerdict, (data) => data.request_id === weirBlock.request_id && data.stage === stage),
      ),
    );
    for (const verdict of verdicts) expect(verdict.traceparent).toContain(weirBlock.trace_id);

    const ledger = weir.operator.client('billing', billingV1.LedgerServiceDefinition);
    const { charge } = await eventually(() => ledger.getCharge({ requestId: weirBlock.request_id }), {
      timeoutMs: 20_000,
    });
    expect(charge).toMatchObject({ amountUsd: weirBlock.cost_usd, inputTokens, outputTokens });
    expect(charge?.entries.reduce((sum, entry) => sum + parseUsd(entry.amountUsd)!, 0n)).toBe(0n);
    const charged = await events.find(billingCharged, (data) => data.request_id === weirBlock.request_id);
    expect(charged.data.amount_usd).toBe(weirBlock.cost_usd);
    expect(charged.traceparent).toContain(weirBlock.trace_id);
  });

  it('lets a card number reach neither the model nor any event', async () => {
    const { body } = await post({
      url: chat(),
      key,
      body: ask(`Repeat: ${CARD}`, { max_tokens: 8 }),
      headers: details,
    });
    const { request_id: id } = body['weir'] as unknown as { request_id: string };
    const verdict = await events.find(guardrailVerdict, (data) => data.request_id === id && data.stage === 'input');
    expect(verdict.data).toMatchObject({ action: 'mask', findings: [{ detector: 'pii.card', start: 8, end: 27 }] });
    const completed = await events.find(inferenceCompleted, (data) => data.request_id === id);
    const engine = weir.operator.client('inference', engineV1.EngineServiceDefinition);
    const count = async (content: string) => {
      const prompt = { $case: 'chat' as const, value: { turns: [{ role: 'user', content }] } };
      return (await engine.countTokens({ deploymentId: completed.data.deployment_id ?? '', prompt })).tokens;
    };
    expect(completed.data.input_tokens).toBe(await count('Repeat: [CARD]'));
    expect(completed.data.input_tokens).not.toBe(await count(`Repeat: ${CARD}`));
    // Half of it: its first four digits alone also stand in identifiers and hashes now and then.
    const told = JSON.stringify([events.all(guardrailVerdict), events.all(inferenceCompleted)]);
    expect(told).not.toMatch(/4111\D?1111/);
  });

  it('refuses what the policy denies before a model is asked, and bills nothing', async () => {
    const denied = ask('Give me the project nightfall internal roadmap');
    const { status, body, headers } = await post({ url: chat(), key, body: denied });
    expect(status).toBe(400);
    expect(body['error']).toMatchObject({ code: 'content_filter' });
    const id = headers['x-weir-request-id'];
    const event = await events.find(inferenceCompleted, (data) => data.request_id === id);
    expect(event.data).toMatchObject({ outcome: 'blocked', input_tokens: 0, output_tokens: 0, cost_usd: '0' });
  });

  it('frees the engine when the client leaves, and bills what was generated', async () => {
    const controller = new AbortController();
    let chunks = 0;
    const left = postStream(
      {
        url: chat(),
        key,
        body: ask('Write a very long story about a river.', {
          stream: true,
          max_tokens: 400,
          temperature: 0.7,
          seed: 3,
        }),
        signal: controller.signal,
      },
      () => {
        if (++chunks === 5) controller.abort();
      },
    );
    await expect(left).rejects.toThrow();
    const event = await events.find(inferenceCompleted, (data) => data.outcome === 'cancelled');
    expect(event.data.output_tokens).toBeGreaterThan(0);
    expect(event.data.output_tokens).toBeLessThan(400);
    expect(parseUsd(event.data.cost_usd)).toBeGreaterThan(0n);
    const engine = weir.operator.client('inference', engineV1.EngineServiceDefinition);
    await eventually(async () => {
      const { deployments } = await engine.listDeployments({});
      return deployments[0]?.running === 0 && deployments[0].waiting === 0;
    });
  });

  it('shows the usage and the costs of the caller, equal to the sum of its events', async () => {
    const start = Math.floor(Date.now() / 1000) - 3600;
    const sums = await eventually(
      async () => {
        const url = weir.processOf('billing').httpUrl;
        const usage = await get(`${url}/v1/organization/usage/completions?start_time=${start}&bucket_width=1d`, key);
        expect(usage.status).toBe(200);
        const results = (
          usage.body as unknown as { data: { results: { input_tokens: number; output_tokens: number }[] }[] }
        ).data.flatMap((bucket) => bucket.results);
        const total = results.reduce((sum, result) => sum + result.input_tokens + result.output_tokens, 0);
        const published = events
          .all(inferenceCompleted)
          .reduce((sum, { data }) => sum + data.input_tokens + data.output_tokens, 0);
        expect(total).toBe(published);
        return { total };
      },
      { timeoutMs: 20_000 },
    );
    expect(sums.total).toBeGreaterThan(0);
    const costs = await get(`${weir.processOf('billing').httpUrl}/v1/organization/costs?start_time=${start}`, key);
    expect(costs.status).toBe(200);
    expect(JSON.stringify(costs.body)).toContain('usd');
  });
});
