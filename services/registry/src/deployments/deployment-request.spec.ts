import { describe, expect, it } from 'vitest';
import { parseRequest } from '../request/parse-request.js';
import {
  createDeploymentRequest,
  engineMismatch,
  hostSetting,
  setDeploymentStateRequest,
} from './deployment-request.js';

const unset = {
  slots: 0,
  contextTokens: 0,
  maxQueue: 0,
  maxOutputTokens: 0,
  baseUrl: '',
  upstreamModel: '',
  apiKeyRef: '',
  allowPrivateAddress: false,
};
const llamacpp = { ...unset, kind: 'llamacpp' };
const openai = { ...unset, kind: 'openai', baseUrl: 'https://api.example.com/v1' };
const request = (engine: object | undefined) => ({ name: 'd', modelName: 'm', version: 1, engine, desiredState: '' });

const problem = (engine: object | undefined) => {
  try {
    parseRequest(createDeploymentRequest, request(engine));
  } catch (error) {
    return (error as { param?: string }).param;
  }
  return 'accepted';
};
const engineOf = (engine: object) => parseRequest(createDeploymentRequest, request(engine)).engine;

describe('an engine', () => {
  it('has defaults', () => {
    expect(engineOf(llamacpp)).toMatchObject({ slots: 8, contextTokens: 2048, maxQueue: 64, maxOutputTokens: 1024 });
    expect(engineOf(openai)).toMatchObject({ maxQueue: 64, maxOutputTokens: 1024, upstreamModel: '' });
    expect(parseRequest(createDeploymentRequest, request(llamacpp)).desiredState).toBe('running');
  });

  it('generates no more than its context holds', () => {
    expect(engineOf({ ...llamacpp, contextTokens: 512 })).toMatchObject({ maxOutputTokens: 512 });
    expect(problem({ ...llamacpp, contextTokens: 512, maxOutputTokens: 513 })).toBe('engine.max_output_tokens');
  });

  it.each([
    ['engine', undefined],
    ['engine.kind', { ...unset, kind: '' }],
    ['engine.kind', { ...unset, kind: 'tensorrt' }],
    ['engine.slots', { ...llamacpp, slots: 65 }],
    ['engine.context_tokens', { ...llamacpp, contextTokens: 63 }],
    ['engine.max_queue', { ...llamacpp, maxQueue: 10_001 }],
    ['engine.base_url', { ...llamacpp, baseUrl: 'https://example.com/v1' }],
    ['engine.api_key_ref', { ...llamacpp, apiKeyRef: 'env:KEY' }],
    ['engine.allow_private_address', { ...llamacpp, allowPrivateAddress: true }],
    ['engine.base_url', { ...openai, baseUrl: '' }],
    ['engine.base_url', { ...openai, baseUrl: 'https://u:p@example.com/v1' }],
    ['engine.api_key_ref', { ...openai, apiKeyRef: 'sk-a-secret' }],
    ['engine.api_key_ref', { ...openai, apiKeyRef: 'env:lower' }],
    ['engine.api_key_ref', { ...openai, apiKeyRef: 'file:relative' }],
  ])('names %s when that is wrong', (param, engine) => {
    expect(problem(engine)).toBe(param);
  });

  it.each(['', 'env:UPSTREAM_KEY', 'file:/run/secrets/upstream'])('takes the reference %j to a secret', (apiKeyRef) => {
    expect(problem({ ...openai, apiKeyRef })).toBe('accepted');
  });

  it('tells which setting reaches into the host', () => {
    expect(hostSetting(engineOf(openai))).toBeUndefined();
    expect(hostSetting(engineOf(llamacpp))).toBeUndefined();
    expect(hostSetting(engineOf({ ...openai, apiKeyRef: 'env:DATABASE_URL' }))).toBe('engine.api_key_ref');
    expect(hostSetting(engineOf({ ...openai, allowPrivateAddress: true }))).toBe('engine.allow_private_address');
  });
});

describe('engineMismatch', () => {
  const gguf = { format: 'gguf', contextTokens: 2048 } as const;
  const remote = { format: 'remote', contextTokens: 0 } as const;

  it('takes what fits', () => {
    expect(engineMismatch(engineOf(llamacpp), gguf)).toBeUndefined();
    expect(engineMismatch(engineOf(openai), remote)).toBeUndefined();
    expect(
      engineMismatch(engineOf({ ...llamacpp, contextTokens: 9000 }), { ...gguf, contextTokens: 0 }),
    ).toBeUndefined();
  });

  it('refuses the engine of another format and a context that the model does not have', () => {
    expect(engineMismatch(engineOf(openai), gguf)).toMatchObject({ param: 'engine.kind' });
    expect(engineMismatch(engineOf(llamacpp), remote)).toMatchObject({ param: 'engine.kind' });
    expect(engineMismatch(engineOf({ ...llamacpp, contextTokens: 2049 }), gguf)).toMatchObject({
      param: 'engine.context_tokens',
    });
  });
});

describe('a change of the desired state', () => {
  const id = '0199c0de-0000-7000-8000-000000000001';

  it.each([
    { id: 'x', desiredState: 'running', revision: 1 },
    { id, desiredState: '', revision: 1 },
    { id, desiredState: 'paused', revision: 1 },
    { id, desiredState: 'stopped', revision: 0 },
  ])('refuses %j', (given) => {
    expect(setDeploymentStateRequest.safeParse(given).success).toBe(false);
  });
});
