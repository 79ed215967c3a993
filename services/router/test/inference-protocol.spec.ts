import { openInferenceV2 } from '@weir/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RouterWorld } from './router-world.js';

let world: RouterWorld;
beforeAll(async () => (world = await RouterWorld.start()));
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => world.engine.scripts.clear());

const connect = (apiKey = world.tenant.apiKey) =>
  world.running.clients(apiKey).client('router', openInferenceV2.GRPCInferenceServiceDefinition);
const tensor = { name: 'text_input', datatype: 'BYTES', shape: [1] };
const request = {
  modelName: 'tiny',
  id: 'r1',
  inputs: [{ ...tensor, contents: { bytesContents: [Buffer.from('hi')] } }],
};
const jsonInput = { inputs: [{ ...tensor, data: ['hi'] }] };

describe('the Open Inference Protocol over gRPC', () => {
  it('tells everybody that the server is there, and nobody without a key about models', async () => {
    const stranger = connect('');
    expect(await stranger.serverLive({})).toEqual({ live: true });
    expect(await stranger.serverMetadata({})).toMatchObject({ name: 'weir' });
    await expect(stranger.modelMetadata({ name: 'tiny' })).rejects.toMatchObject({ code: 'missing_api_key' });
  });

  it('describes a model as a text in and a text out', async () => {
    expect(await connect().modelMetadata({ name: 'tiny' })).toMatchObject({
      name: 'tiny',
      platform: 'weir',
      inputs: [{ name: 'text_input', datatype: 'BYTES', shape: [1] }],
      outputs: [{ name: 'text_output', datatype: 'BYTES', shape: [1] }],
    });
    await expect(connect().modelMetadata({ name: 'nobody' })).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(connect().modelReady({ name: 'tiny', version: '99' })).rejects.toMatchObject({
      code: 'model_not_found',
    });
  });

  it('answers through the whole pipeline', async () => {
    let headers: ReadonlyMap<string, string> = new Map();
    const answer = await connect().modelInfer(request, { onHeaders: (got) => (headers = got) });
    expect(answer).toMatchObject({ modelName: 'tiny', modelVersion: '3', id: 'r1' });
    expect(answer.outputs[0]?.contents?.bytesContents.map(String)).toEqual(['one two three']);
    const event = await world.eventOf(headers.get('x-weir-request-id') ?? '');
    expect(event).toMatchObject({ door: 'grpc', operation_name: 'text_completion', outcome: 'ok' });
  });

  it('streams one request after the other, and tells a failure in its place', async () => {
    const bad = {
      ...request,
      id: 'bad',
      parameters: { beams: { parameterChoice: { $case: 'int64Param' as const, value: 4 } } },
    };
    async function* requests() {
      yield request;
      yield bad;
      yield { ...request, id: 'r2' };
    }
    const texts = new Map<string, string>();
    const errors: string[] = [];
    for await (const { errorMessage, inferResponse } of connect().modelStreamInfer(requests())) {
      if (errorMessage) errors.push(errorMessage);
      const piece = inferResponse?.outputs[0]?.contents?.bytesContents[0]?.toString() ?? '';
      texts.set(inferResponse?.id ?? '', (texts.get(inferResponse?.id ?? '') ?? '') + piece);
    }
    expect([texts.get('r1'), texts.get('r2')]).toEqual(['one two three', 'one two three']);
    expect(errors).toEqual(['invalid_request: parameters.beams is not known.']);
  });

  it('lets only owners load and unload', async () => {
    await expect(connect().repositoryModelLoad({ modelName: 'tiny' })).rejects.toMatchObject({
      code: 'permission_denied',
    });
  });
});

describe('the Open Inference Protocol over HTTP', () => {
  it('tells everybody that the server is there', async () => {
    expect(await (await world.get('/v2', {})).json()).toMatchObject({ name: 'weir' });
    expect(await (await world.get('/v2/health/live', {})).json()).toEqual({ live: true });
    expect((await world.get('/v2/health/ready', {})).status).toBe(200);
    const refused = await world.get('/v2/models/tiny', {});
    expect([refused.status, await refused.json()]).toEqual([
      401,
      { error: expect.stringMatching(/^missing_api_key: /) },
    ]);
  });

  it('answers in JSON', async () => {
    const answer = await world.post('/v2/models/tiny/infer', { id: '7', ...jsonInput });
    expect(answer.headers.get('x-weir-request-id')).toBeTruthy();
    expect(await answer.json()).toMatchObject({
      model_name: 'tiny',
      id: '7',
      outputs: [{ name: 'text_output', datatype: 'BYTES', shape: [1], data: ['one two three'] }],
    });
  });

  it('answers in raw bytes when asked to', async () => {
    const body = { ...jsonInput, parameters: { binary_data_output: true } };
    const answer = await world.post('/v2/models/tiny/infer', body);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const length = Number(answer.headers.get('inference-header-content-length'));
    expect(JSON.parse(bytes.subarray(0, length).toString()).outputs[0].parameters).toEqual({ binary_data_size: 17 });
    expect(bytes.subarray(length + 4).toString()).toBe('one two three');
  });

  it('generates, whole and as a stream', async () => {
    const body = { text_input: 'hi', parameters: { max_tokens: 8 } };
    const whole = await world.post('/v2/models/tiny/generate', body);
    expect(await whole.json()).toMatchObject({ model_name: 'tiny', text_output: 'one two three' });
    const stream = await (await world.post('/v2/models/tiny/generate_stream', body)).text();
    const pieces = [...stream.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? '').text_output);
    expect(pieces.join('')).toBe('one two three');
  });

  it.each([
    ['another tensor', { inputs: [{ ...tensor, name: 'x', data: ['a'] }] }, 400, /inputs\[x\] is not an input/],
    ['another parameter', { ...jsonInput, parameters: { beams: 4 } }, 400, /parameters\.beams is not known/],
    ['no JSON', '{"inputs":', 400, /invalid_json/],
  ])('is refused in its own form: %s', async (_case, body, status, message) => {
    const answer = await world.post('/v2/models/tiny/infer', body);
    expect([answer.status, await answer.json()]).toEqual([status, { error: expect.stringMatching(message) }]);
  });

  it('lets only owners load and unload', async () => {
    expect((await world.post('/v2/repository/models/tiny/load', {})).status).toBe(403);
  });
});
