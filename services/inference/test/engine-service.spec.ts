import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineState, engineUsage, engineV1, type EngineState, type EngineUsage } from '@weir/contracts';
import type { Client } from '@weir/grpc';
import type { StateReader } from '@weir/kafka';
import { eventually, fakeUpstream, startTestProcess, type FakeUpstream, type TestProcess } from '@weir/testing';
import { inferenceService } from '../src/index.js';
import { deploymentOf, modelFile, versionOf } from './fixtures.js';

const chat = (content: string) => ({ $case: 'chat' as const, value: { turns: [{ role: 'user', content }] } });

describe('the inference service', () => {
  let running: TestProcess;
  let engine: Client<typeof engineV1.EngineServiceDefinition>;
  let upstream: FakeUpstream;
  let reader: StateReader;
  const states = new Map<string, EngineState>();
  const history: string[] = [];

  beforeAll(async () => {
    upstream = await fakeUpstream({ chunks: 3 });
    running = await startTestProcess({
      services: [inferenceService],
      env: {
        WEIR_INFERENCE_MEMORY_RESERVE_MB: '0',
        WEIR_INFERENCE_BREAKER_VOLUME: '3',
        WEIR_INFERENCE_USAGE_SECONDS: '1',
      },
    });
    engine = running.operator.client('inference', engineV1.EngineServiceDefinition);
    reader = await running.bus.readState(engineState, (event) => {
      if (!('data' in event)) return;
      states.set(event.data.deployment_id, event.data);
      history.push(`${event.data.deployment_id} ${event.data.state}`);
    });
    await running.publishState(await versionOf(modelFile()));
    await running.publishState(deploymentOf({ slots: 2, context_tokens: 512 }, 'local'));
    const base_url = upstream.baseUrl;
    await running.publishState(deploymentOf({ kind: 'openai', base_url, allow_private_address: true }, 'remote'));
    await stateIs('local', 'ready');
    await stateIs('remote', 'ready');
  });

  afterAll(async () => {
    await reader[Symbol.asyncDispose]();
    await running[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  const stateIs = (id: string, state: EngineState['state']) =>
    eventually(() => states.get(id)?.state === state, { timeoutMs: 30_000 });

  async function generate(deploymentId: string, content = 'Hello'): Promise<engineV1.GenerateResponse[]> {
    const all: engineV1.GenerateResponse[] = [];
    const options = { maxTokens: 6, seed: 1 };
    for await (const part of engine.generate({ deploymentId, prompt: chat(content), options })) all.push(part);
    return all;
  }

  it('generates over gRPC and reports what it loaded', async () => {
    const parts = await generate('local');
    expect(parts.at(-1)).toMatchObject({
      finishReason: expect.stringMatching(/length|stop/),
      usage: { outputTokens: expect.any(Number) },
      times: { prefillMs: expect.any(Number) },
    });
    expect(states.get('local')).toMatchObject({
      slots: 2,
      context_tokens: 512,
      artifact_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(history.filter((line) => line.startsWith('local'))).toEqual(['local loading', 'local ready']);
  });

  it('tells machine time and tokens of its engine, and where it runs', async () => {
    const told: EngineUsage[] = [];
    await running.bus.consume({
      event: engineUsage,
      group: 'usage-test',
      onEvent: async ({ data }) => void told.push(data),
    });
    const { usage } = (await generate('local')).at(-1)!;
    const local = () => told.filter(({ deployment_id }) => deployment_id === 'local');
    const tokens = () => local().reduce((sum, { output_tokens }) => sum + output_tokens, 0);
    await eventually(() => tokens() >= usage!.outputTokens && local().some(({ busy_ms }) => busy_ms > 0), {
      timeoutMs: 20_000,
    });
    for (const { loaded_ms, busy_ms, started_at, ended_at } of local()) {
      expect(busy_ms).toBeLessThanOrEqual(loaded_ms + 1);
      expect(ended_at).toBeGreaterThanOrEqual(started_at);
    }
    const devices = running.operator.client('inference', engineV1.DeviceServiceDefinition);
    const [cpu] = (await devices.listDevices({})).devices;
    expect(cpu).toMatchObject({ id: 'cpu', kind: 'cpu', placements: [{ deploymentId: 'local' }] });
    expect(cpu?.placements[0]?.estimatedBytes).toBeGreaterThan(98_362_432);
  });

  it('counts tokens where it can', async () => {
    const { tokens } = await engine.countTokens({ deploymentId: 'local', prompt: chat('Hello') });
    expect(tokens).toBeGreaterThan(5);
    const remote = engine.countTokens({ deploymentId: 'remote', prompt: chat('Hello') });
    await expect(remote).rejects.toMatchObject({ code: 'unimplemented' });
  });

  it('tells log probabilities and follows a schema over gRPC', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { ok: { type: 'boolean' } },
      required: ['ok'],
      additionalProperties: false,
    });
    const parts: engineV1.GenerateResponse[] = [];
    const options = {
      maxTokens: 40,
      temperature: 0,
      logprobs: true,
      topLogprobs: 2,
      promptLogprobs: 1,
      responseFormat: { kind: 'json_schema', schema },
    };
    for await (const part of engine.generate({ deploymentId: 'local', prompt: chat('Is it?'), options }))
      parts.push(part);
    expect(JSON.parse(parts.map(({ text }) => text).join(''))).toEqual({ ok: expect.any(Boolean) });
    const scores = parts.flatMap(({ logprobs }) => logprobs);
    expect(scores).toHaveLength(parts.at(-1)!.usage!.outputTokens);
    expect(scores.every(({ top, logprob }) => top.length === 2 && logprob! <= top[0]!.logprob)).toBe(true);
    const prompt = parts.flatMap(({ promptLogprobs }) => promptLogprobs);
    expect(prompt).toHaveLength(parts.at(-1)!.usage!.inputTokens);
    expect(prompt[0]?.logprob).toBeUndefined();
  });

  it('calls a tool that must be called', async () => {
    const parts: engineV1.GenerateResponse[] = [];
    const tools = [
      {
        name: 'now',
        description: 'The time.',
        parameters: '{"type":"object","properties":{},"additionalProperties":false}',
      },
    ];
    const options = {
      maxTokens: 60,
      temperature: 0,
      tools,
      toolChoice: { mode: 'named', name: 'now' },
      singleToolCall: true,
    };
    for await (const part of engine.generate({ deploymentId: 'local', prompt: chat('What time is it?'), options }))
      parts.push(part);
    expect(parts.at(-1)?.finishReason).toBe('tool_calls');
    expect(parts.flatMap(({ toolCalls }) => toolCalls)[0]).toMatchObject({
      index: 0,
      name: 'now',
      id: expect.stringMatching(/^call_/),
    });
  });

  it('turns text into tokens, tokens into text, and both into vectors', async () => {
    const { tokens, contextTokens } = await engine.tokenize({
      deploymentId: 'local',
      prompt: { $case: 'text', value: 'Hello, river' },
    });
    expect(contextTokens).toBe(512);
    expect(await engine.detokenize({ deploymentId: 'local', tokens })).toEqual({ text: 'Hello, river' });
    expect((await engine.tokenize({ deploymentId: 'local', prompt: { $case: 'text', value: '' } })).tokens).toEqual([]);
    expect(await engine.getTokenizer({ deploymentId: 'local' })).toMatchObject({
      eosToken: '<|im_end|>',
      vocabularySize: 49_152,
    });
    const inputs = [
      { input: { $case: 'text' as const, value: 'Hello, river' } },
      { input: { $case: 'tokens' as const, value: { ids: tokens } } },
    ];
    const { embeddings, inputTokens } = await engine.embed({ deploymentId: 'local', inputs });
    expect(inputTokens).toBe(2 * tokens.length);
    expect(embeddings[1]?.values).toEqual(embeddings[0]?.values);
    expect(Math.hypot(...embeddings[0]!.values)).toBeCloseTo(1, 4);
    await expect(
      engine.tokenize({ deploymentId: 'remote', prompt: { $case: 'text', value: 'x' } }),
    ).rejects.toMatchObject({ code: 'unimplemented' });
  });

  it('answers bad requests with their reason', async () => {
    await expect(generate('nobody')).rejects.toMatchObject({ code: 'not_found' });
    await expect(generate('local', 'word '.repeat(1_000))).rejects.toMatchObject({ code: 'context_length_exceeded' });
    const parts = engine.generate({ deploymentId: 'local' });
    await expect(parts[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'prompt',
    });
  });

  it('is closed to keys without the admin scope', async () => {
    const { apiKey } = await running.seedTenant();
    const client = running.clients(apiKey).client('inference', engineV1.EngineServiceDefinition);
    await expect(client.listDeployments({})).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(client.unloadDeployment({ deploymentId: 'local' })).rejects.toMatchObject({
      code: 'permission_denied',
    });
  });

  it('unloads and loads by hand, until the registry wants something else', async () => {
    const unloaded = await engine.unloadDeployment({ deploymentId: 'local' });
    expect(unloaded.status?.state).toBe('unloaded');
    await stateIs('local', 'unloaded');
    await expect(generate('local')).rejects.toMatchObject({ code: 'engine_unavailable' });
    const loaded = await engine.loadDeployment({ deploymentId: 'local' });
    expect(loaded.status?.state).toBe('ready');
    await running.publishState({
      ...deploymentOf({ slots: 2, context_tokens: 512 }, 'local'),
      desired_state: 'stopped',
    });
    await stateIs('local', 'unloaded');
    await running.publishState(deploymentOf({ slots: 2, context_tokens: 512 }, 'local'));
    await stateIs('local', 'ready');
  });

  it('opens its breaker over a failing upstream and tells it, but not over client errors', async () => {
    upstream.fail({ kind: 'status', status: 400 });
    for (let call = 0; call < 6; call++)
      await expect(generate('remote')).rejects.toMatchObject({ code: 'invalid_request' });
    expect(states.get('remote')?.state).toBe('ready');
    upstream.fail({ kind: 'status', status: 500 });
    for (let call = 0; call < 4; call++) await expect(generate('remote')).rejects.toThrow();
    await stateIs('remote', 'open');
    const sent = upstream.requests.length;
    await expect(generate('remote')).rejects.toMatchObject({
      code: 'engine_unavailable',
      retryAfterMs: expect.any(Number),
    });
    expect(upstream.requests.length).toBe(sent);
    const { deployments } = await engine.listDeployments({});
    expect(deployments.map(({ deploymentId, state }) => `${deploymentId} ${state}`).sort()).toEqual([
      'local ready',
      'remote open',
    ]);
    upstream.fail(undefined);
    await eventually(async () => (await generate('remote')).length > 0, { timeoutMs: 15_000 });
    await stateIs('remote', 'ready');
  });

  it('measures under the names of vLLM', async () => {
    await generate('local');
    const body = await (await fetch(`${running.httpUrl}/metrics`)).text();
    const labels = '{model_name="smollm2",engine="name-of-local"';
    for (const line of [
      `vllm:num_requests_running${labels}} 0`,
      `vllm:num_requests_waiting${labels}} 0`,
      `vllm:generation_tokens_total${labels}}`,
      `vllm:prompt_tokens_total${labels}}`,
      'vllm:time_to_first_token_seconds_bucket{le="0.001"',
      'vllm:iteration_tokens_total_bucket',
      'vllm:request_success_total{',
    ]) {
      expect(body).toContain(line);
    }
  });
});
