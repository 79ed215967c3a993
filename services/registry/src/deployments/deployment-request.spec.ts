import { describe, expect, it } from 'vitest';
import { parseRequest } from '../request/parse-request.js';
import {
  createDeploymentRequest,
  engineMismatch,
  hostSetting,
  setDeploymentStateRequest,
  setQualityOverrideRequest,
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
  moreBaseUrls: [],
  maxQueuedTokens: 0,
  idleUnloadSeconds: 0,
  shares: [],
  usdPerHour: '',
};
const llamacpp = { ...unset, kind: 'llamacpp' };
const openai = { ...unset, kind: 'openai', baseUrl: 'https://api.example.com/v1' };
const request = (engine: object | undefined) => ({ name: 'd', modelName: 'm', version: 1, engine, desiredState: '' });

const tenant = (n: number) => `0199c0de-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const share = (n: number, nominalPercent: number) => ({
  tenant: tenant(n),
  nominalPercent,
  borrowingPercent: 0,
  weight: 0,
});
const urls = (count: number) => Array.from({ length: count }, (_, n) => `https://u${n}.example.com/v1`);

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
    ['engine.more_base_urls', { ...llamacpp, moreBaseUrls: ['https://example.com/v1'] }],
    ['engine.more_base_urls[0]', { ...openai, moreBaseUrls: ['ftp://example.com'] }],
    ['engine.more_base_urls', { ...openai, moreBaseUrls: urls(32) }],
    ['engine.more_base_urls', { ...openai, moreBaseUrls: ['https://api.example.com/v1/'] }],
    ['engine.idle_unload_seconds', { ...openai, idleUnloadSeconds: 60 }],
    ['engine.max_queued_tokens', { ...llamacpp, maxQueuedTokens: 1_000_000_001 }],
    ['engine.shares', { ...openai, shares: [share(1, 10)] }],
    ['engine.shares', { ...llamacpp, shares: [share(1, 60), share(2, 41)] }],
    ['engine.shares', { ...llamacpp, shares: [share(1, 10), share(1, 10)] }],
    ['engine.shares', { ...llamacpp, shares: Array.from({ length: 257 }, (_, n) => share(n, 0)) }],
    ['engine.shares[0].tenant', { ...llamacpp, shares: [{ ...share(1, 10), tenant: 'web' }] }],
    ['engine.shares[0].borrowing_percent', { ...llamacpp, shares: [{ ...share(1, 10), borrowingPercent: 101 }] }],
    ['engine.usd_per_hour', { ...llamacpp, usdPerHour: '-1' }],
    ['engine.usd_per_hour', { ...openai, usdPerHour: '1e3' }],
  ])('names %s when that is wrong', (param, engine) => {
    expect(problem(engine)).toBe(param);
  });

  it.each(['', 'env:UPSTREAM_KEY', 'file:/run/secrets/upstream'])('takes the reference %j to a secret', (apiKeyRef) => {
    expect(problem({ ...openai, apiKeyRef })).toBe('accepted');
  });

  it('takes shares up to the whole, further addresses and a price', () => {
    expect(engineOf({ ...llamacpp, shares: [share(1, 60), share(2, 40)], idleUnloadSeconds: 300 })).toMatchObject({
      shares: [{ tenant: tenant(1), nominalPercent: 60, weight: 1 }, { tenant: tenant(2) }],
      idleUnloadSeconds: 300,
      moreBaseUrls: [],
    });
    const moreBaseUrls = urls(31);
    expect(engineOf({ ...openai, moreBaseUrls, maxQueuedTokens: 5000, usdPerHour: '0.000000000001' })).toMatchObject({
      moreBaseUrls,
      maxQueuedTokens: 5000,
      usdPerHour: '0.000000000001',
      shares: [],
    });
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

describe('a quality override', () => {
  const given = { deploymentId: tenant(1), reason: ' compared by hand ', revision: 2 };

  it('keeps its reason, and is taken back by an empty one', () => {
    expect(parseRequest(setQualityOverrideRequest, given).reason).toBe('compared by hand');
    expect(parseRequest(setQualityOverrideRequest, { ...given, reason: '  ' }).reason).toBe('');
  });

  it.each([{ revision: 0 }, { deploymentId: 'd' }, { reason: 'x'.repeat(513) }, { reason: 'a\u001bb' }])(
    'refuses %j',
    (wrong) => {
      expect(setQualityOverrideRequest.safeParse({ ...given, ...wrong }).success).toBe(false);
    },
  );
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
