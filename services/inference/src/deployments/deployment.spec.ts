import { afterEach, describe, expect, it } from 'vitest';
import { settingsWith } from '@weir/config';
import type { EngineState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { fakeSource, testMetrics } from '@weir/testing';
import type { GenerationCall, GenerationPart } from '../generation/generation.js';
import { inferenceSettings } from '../inference.config.js';
import { inferenceMetrics } from '../inference.metrics.js';
import { Deployment } from './deployment.js';
import type { BackendStatus, EngineBackend } from './engine-backend.js';

const last: GenerationPart = {
  text: '',
  tokens: 0,
  usage: undefined,
  finish: { reason: 'stop', queueMs: 0, prefillMs: 0, decodeMs: 0 },
};
const call = { signal: new AbortController().signal } as GenerationCall;

class ScriptedBackend implements EngineBackend {
  status: BackendStatus = { state: 'ready', reason: '' };
  readonly slots = 2;
  readonly contextTokens = 128;
  readonly artifactSha256 = 'abc';
  readonly running = 0;
  readonly waiting = 0;
  outcome: GenerationPart | WeirError = last;
  calls = 0;
  retryAfterMs = () => 1;
  start = () => undefined;
  stop = async () => undefined;
  countTokens = async () => 3;
  async *generate() {
    this.calls++;
    if (this.outcome instanceof WeirError) throw this.outcome;
    yield this.outcome;
  }
}

describe('Deployment', () => {
  const opened: Deployment[] = [];
  afterEach(async () => {
    for (const deployment of opened.splice(0)) await deployment[Symbol.asyncDispose]();
  });

  function deploy() {
    const backend = new ScriptedBackend();
    const reports: EngineState[] = [];
    const deployment = new Deployment({
      state: { id: 'd' } as never,
      labels: { model_name: 'm', engine: 'e' },
      backend,
      settings: settingsWith(inferenceSettings, { breakerVolume: 3 }),
      source: fakeSource(),
      metrics: testMetrics().bind(inferenceMetrics),
      onReport: (report) => reports.push(report),
    });
    opened.push(deployment);
    const run = async (outcome: GenerationPart | WeirError) => {
      backend.outcome = outcome;
      const parts: GenerationPart[] = [];
      for await (const part of deployment.generate(call)) parts.push(part);
      return parts;
    };
    const fail = async (code: WeirError['code'], times: number) => {
      for (let time = 0; time < times; time++) await run(new WeirError(code, 'x')).catch(() => undefined);
    };
    return { deployment, backend, reports, run, fail };
  }

  it('opens after failures of the engine, says so, and calls it no more', async () => {
    const { deployment, backend, reports, run, fail } = deploy();
    await fail('engine_failed', 4);
    expect(deployment.status.state).toBe('open');
    expect(reports.at(-1)).toMatchObject({ state: 'open', slots: 2, artifact_sha256: 'abc' });
    const calls = backend.calls;
    await expect(run(last)).rejects.toMatchObject({ code: 'engine_unavailable', retryAfterMs: expect.any(Number) });
    expect(backend.calls).toBe(calls);
  });

  it.each([
    'invalid_request',
    'context_length_exceeded',
    'cancelled',
    'engine_overloaded',
    'engine_unavailable',
  ] as const)('stays closed over %s', async (code) => {
    const { deployment, fail } = deploy();
    await fail(code, 10);
    expect(deployment.status.state).toBe('ready');
  });

  it('stays closed while most calls succeed, also when their reader leaves early', async () => {
    const { deployment, backend, run, fail } = deploy();
    for (let call = 0; call < 6; call++) await run(last);
    await fail('upstream_error', 2);
    backend.outcome = last;
    for await (const _part of deployment.generate(call)) break;
    expect(deployment.status.state).toBe('ready');
  });

  it('closes when the engine was started anew', async () => {
    const { deployment, backend, fail } = deploy();
    await fail('engine_failed', 4);
    backend.status = { state: 'restarting', reason: 'gone' };
    deployment.onBackendStatus();
    expect(deployment.status).toEqual({ state: 'restarting', reason: 'gone' });
    backend.status = { state: 'ready', reason: '' };
    deployment.onBackendStatus();
    expect(deployment.status.state).toBe('ready');
  });

  it('settles when it serves or cannot, and reports in strict order of time', async () => {
    const { deployment, backend, reports } = deploy();
    backend.status = { state: 'loading', reason: '' };
    deployment.onBackendStatus();
    const settled = deployment.settled().then(() => 'settled');
    await expect(Promise.race([settled, Promise.resolve('waits')])).resolves.toBe('waits');
    backend.status = { state: 'failed', reason: 'x' };
    deployment.onBackendStatus();
    await expect(settled).resolves.toBe('settled');
    const times = reports.map(({ reported_at }) => reported_at);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
  });
});
