import { afterEach, describe, expect, it, vi } from 'vitest';
import { settingsWith } from '@weir/config';
import type { EngineState, EngineUsage } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { fakeSource, silentLogger, testMetrics } from '@weir/testing';
import type { GenerationCall, GenerationPart } from '../generation/generation.js';
import { inferenceSettings } from '../inference.config.js';
import { inferenceMetrics } from '../inference.metrics.js';
import { Deployment } from './deployment.js';
import type { BackendCall, BackendStatus, EngineBackend } from './engine-backend.js';

const last: GenerationPart = {
  text: '',
  tokens: 0,
  usage: undefined,
  finish: { reason: 'stop', queueMs: 0, prefillMs: 0, decodeMs: 0 },
};
const request = { prompt: { kind: 'text', text: 'x' }, options: { logitBias: new Map() } };
const call = { request, signal: new AbortController().signal } as unknown as GenerationCall;
const HOUR_MS = 3_600_000;

const DEFAULTS = { breakerVolume: 3, firstTokenSeconds: 120, breakerSlowSeconds: 0 };

class ScriptedBackend implements EngineBackend {
  status: BackendStatus = { state: 'ready', reason: '' };
  readonly slots = 2;
  readonly contextTokens = 128;
  readonly artifactSha256 = 'abc';
  readonly running = 0;
  readonly waiting = 0;
  readonly capacity = { queued: 0, queuedTokens: 0, running: 0, kvUsage: 0 };
  readonly endpoints = [];
  readonly device = 'cpu';
  readonly isLoaded = true;
  outcome: GenerationPart | WeirError = last;
  hangs: 'at once' | 'after a piece' | undefined;
  calls = 0;
  retryAfterMs = () => 1;
  start = () => undefined;
  stop = async () => undefined;
  countTokens = async () => 3;
  embed = async () => ({ vectors: [], inputTokens: 1 });
  tokenize = async () => [];
  detokenize = async () => '';
  tokenizer = () => ({ bosToken: '', eosToken: '', padToken: '', unkToken: '', chatTemplate: '', vocabularySize: 1 });
  async *generate({ signal, onPhase }: BackendCall): AsyncGenerator<GenerationPart> {
    this.calls++;
    if (this.outcome instanceof WeirError) throw this.outcome;
    if (!this.hangs) return yield this.outcome;
    onPhase?.('running');
    if (this.hangs === 'after a piece') yield { ...last, text: 'a', finish: undefined };
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    await promise;
  }
}

describe('Deployment', () => {
  const opened: Deployment[] = [];
  afterEach(async () => {
    for (const deployment of opened.splice(0)) await deployment[Symbol.asyncDispose]();
  });

  function deploy(settings: Partial<typeof DEFAULTS> = {}) {
    const source = fakeSource();
    const metrics = testMetrics();
    const backend = new ScriptedBackend();
    const reports: EngineState[] = [];
    const usages: EngineUsage[] = [];
    const deployment = new Deployment({
      state: {
        id: 'd',
        model_name: 'm',
        engine: { slots: 2, max_queue: 3, max_output_tokens: 9, usd_per_hour: '2.5' },
      } as never,
      labels: { model_name: 'm', engine: 'e' },
      backend,
      settings: settingsWith(inferenceSettings, { ...DEFAULTS, ...settings }),
      source,
      metrics: metrics.bind(inferenceMetrics),
      logger: silentLogger,
      onReport: (report) => reports.push(report),
      onUsage: (usage) => usages.push(usage),
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
    const rendered = async () => (await metrics.render()).body;
    return { deployment, backend, reports, usages, run, fail, source, rendered };
  }

  it('tells its machine time and its tokens, and what is left of them when it ends', async () => {
    const { deployment, source, usages, run } = deploy();
    deployment.onBackendStatus();
    source.advance(2_000);
    await run({ ...last, usage: { inputTokens: 5, outputTokens: 3, cachedInputTokens: 0 } });
    deployment.reportUsage();
    expect(usages).toEqual([
      expect.objectContaining({
        deployment_id: 'd',
        loaded_ms: 2_000,
        input_tokens: 5,
        output_tokens: 3,
        usd_per_hour: '2.5',
      }),
    ]);
    source.advance(500);
    await deployment[Symbol.asyncDispose]();
    expect(usages[1]).toMatchObject({ loaded_ms: 500, output_tokens: 0 });
  });

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

  it('tells the state of its breaker in reports and metrics', async () => {
    const { reports, fail, rendered } = deploy();
    await fail('engine_failed', 4);
    expect(reports.at(-1)).toMatchObject({ breaker: 'open', device: 'cpu' });
    expect(reports.at(-1)?.breaker_reason).toMatch(/of \d calls failed, the last with engine_failed/);
    const body = await rendered();
    expect(body).toMatch(/breaker_state\{[^}]*\} 2/);
    expect(body).toMatch(/breaker_transitions_total\{[^}]*to="open",reason="failures"\} 1/);
  });

  it('stays isolated over a restart until it is released', async () => {
    const { deployment, backend, run, reports } = deploy();
    deployment.isolate('bad weights', 'key k');
    backend.status = { state: 'ready', reason: '' };
    deployment.onBackendStatus();
    expect(deployment.status).toMatchObject({ state: 'open', reason: expect.stringContaining('bad weights') });
    expect(deployment.breakerStatus).toEqual({ state: 'isolated', reason: 'isolated by key k: bad weights' });
    expect(reports.at(-1)).toMatchObject({ state: 'open', breaker: 'isolated' });
    await expect(run(last)).rejects.toMatchObject({ code: 'engine_unavailable' });
    await expect(deployment.embed(call as never)).rejects.toMatchObject({ code: 'engine_unavailable' });
    deployment.release('key k');
    expect(await run(last)).toEqual([last]);
    expect(await deployment.embed(call as never)).toEqual({ vectors: [], inputTokens: 1 });
  });

  it('refuses a request that was in the engine when it died, twice, and no other one', async () => {
    const { deployment, backend, run, source, rendered } = deploy({ breakerVolume: 100 });
    const death = new WeirError('engine_failed', 'gone', { details: { engine_lost: true } });
    for (let time = 0; time < 2; time++) await run(death).catch(() => undefined);
    const { calls } = backend;
    await expect(run(last)).rejects.toMatchObject({ code: 'request_quarantined' });
    expect(backend.calls).toBe(calls);
    expect(deployment.quarantined).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(await rendered()).toMatch(/quarantined_total\{[^}]*\} 1/);
    source.advance(HOUR_MS);
    expect(await run(last)).toEqual([last]);
  });

  describe('with an engine that hangs', () => {
    afterEach(() => void vi.useRealTimers());

    it('holds no more requests than configured, for ten minutes, and opens', async () => {
      vi.useFakeTimers();
      const { deployment, backend, source, reports } = deploy({ breakerSlowSeconds: 30 });
      backend.hangs = 'at once';
      const ends: string[] = [];
      let held = 0;
      let most = 0;
      for (let second = 0; second < 600; second++) {
        most = Math.max(most, ++held);
        void read(deployment)
          .catch((error: WeirError) => ends.push(error.code))
          .finally(() => held--);
        source.advance(1_000);
        await vi.advanceTimersByTimeAsync(1_000);
      }
      expect(most).toBeLessThanOrEqual(2 * 2 + 3 + 1);
      expect(new Set(ends)).toEqual(new Set(['engine_overloaded', 'engine_unavailable', 'engine_failed']));
      expect(reports[0]).toMatchObject({
        breaker: 'open',
        breaker_reason: expect.stringContaining('longer than 30000 ms'),
      });
      expect(deployment.breakerStatus.state).not.toBe('closed');
      expect(backend.calls).toBeLessThan(40);
    });

    it.each([
      ['at once', 120_000, 'first'],
      ['after a piece', 60_000, 'gap'],
    ] as const)('ends a request that hangs %s', async (hangs, ms, kind) => {
      vi.useFakeTimers();
      const { deployment, backend, rendered } = deploy();
      backend.hangs = hangs;
      const ended = expect(read(deployment)).rejects.toMatchObject({
        code: 'engine_failed',
        details: { expired: kind },
      });
      await vi.advanceTimersByTimeAsync(ms);
      await ended;
      expect(await rendered()).toMatch(new RegExp(`expired_total\\{[^}]*kind="${kind}"\\} 1`));
    });

    it('does not take a slow reader for a hanging engine', async () => {
      vi.useFakeTimers();
      const { deployment, backend } = deploy();
      backend.hangs = 'after a piece';
      const parts = deployment.generate(call);
      await parts.next();
      await vi.advanceTimersByTimeAsync(600_000);
      const next = parts.next().catch((error: WeirError) => error.code);
      await vi.advanceTimersByTimeAsync(59_000);
      expect(await Promise.race([next, Promise.resolve('waits')])).toBe('waits');
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await next).toBe('engine_failed');
    });
  });

  async function read(deployment: Deployment): Promise<void> {
    for await (const _ of deployment.generate(call)) continue;
  }
});
