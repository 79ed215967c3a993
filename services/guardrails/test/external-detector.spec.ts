import { lookup } from 'node:dns';
import { setInterval } from 'node:timers/promises';
import { systemSource } from '@weir/config';
import { WeirError } from '@weir/errors';
import { eventually, silentLogger, testMetrics } from '@weir/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckRun } from '../src/check/check-run.js';
import type { TextCheck } from '../src/detector/text-check.js';
import type { OnError } from '../src/policy/policy.js';
import { CheckRunner } from '../src/external/check-runner.service.js';
import { DetectorClient } from '../src/external/fms/detector.client.js';
import { fmsDefinition } from '../src/external/fms/fms-definition.js';
import { fmsKind } from '../src/external/fms/fms-kind.js';
import { checkOf, inputOf, policyCheckOf, textOf } from '../src/external/test/inputs.js';
import { FakeDetector, type DetectorMood } from './fakes/fake-detector.js';

const DEADLINE_MS = 100;
const settings = {
  externalConcurrency: 64,
  externalBreakerVolume: 10,
  externalBreakerOpenMs: 200,
  secretDirectory: '/run/secrets',
};

describe('checks that ask a detector server', () => {
  const metrics = testMetrics();
  const looked: string[] = [];
  let detector: FakeDetector;
  let client: DetectorClient;
  let runner: CheckRunner;

  beforeEach(async () => {
    looked.length = 0;
    detector = await FakeDetector.start();
    client = new DetectorClient({
      settings,
      source: systemSource,
      outbound: {
        requirePublicHost: (host) => {
          if (/^[\d.]+$/.test(host)) throw new WeirError('invalid_configuration', 'private');
        },
        publicLookup: () => (host, options, done) => {
          looked.push(host);
          if (host === 'private.test') done(new WeirError('invalid_configuration', 'private'), []);
          else lookup('127.0.0.1', options, done);
        },
        readSecret: async (ref) => `secret of ${ref}`.replaceAll(' ', '-'),
      },
    });
    runner = new CheckRunner(metrics, systemSource, silentLogger, settings);
  });
  afterEach(async () => {
    runner.onApplicationShutdown();
    await client[Symbol.asyncDispose]();
    await detector[Symbol.asyncDispose]();
  });

  function checkWith(more: object = {}): TextCheck {
    const definition = { kind: 'fms', url: detector.url, detector_id: 'words', allow_private_address: true, ...more };
    const compiled = fmsKind(client).compile('words-server', fmsDefinition.parse(definition));
    if (compiled.kind !== 'check') throw new WeirError('internal', 'no check');
    return compiled.check;
  }

  async function runWith(onError: OnError, check = checkWith(), text = 'this is forbidden'): Promise<CheckRun> {
    const [run] = await runner.run([policyCheckOf(check, onError, DEADLINE_MS)], inputOf([text]));
    if (!run) throw new WeirError('internal', 'no run');
    return run;
  }

  it('say where in the original text', async () => {
    const text = '😀 what is forbidden?';
    const run = await runWith({ kind: 'closed' }, checkWith({ detector_params: { a: 1 } }), text);
    expect(run).toMatchObject({ status: 'ok', outcome: 'decided' });
    const [finding] = run.findings;
    expect(text.slice(finding?.start, finding?.end)).toBe('forbidden');
    expect(finding).toMatchObject({ score: 0.9, entity: 'custom/word' });
    expect(detector.requests[0]).toEqual({
      path: '/api/v1/text/contents',
      detectorId: 'words',
      authorization: '',
      body: { contents: [text], detector_params: { a: 1 } },
    });
  });

  it('show the key that they are told to, under the path of the server', async () => {
    const check = checkWith({ url: `${detector.url}/proxy/`, api_key_ref: 'env:DETECTOR_API_KEY', api: 'context' });
    const input = inputOf([textOf('forbidden', { path: 'a', role: 'assistant', stage: 'output' })], {
      context: [textOf('a page', { path: 'd', stage: 'document' })],
    });
    const [run] = await runner.run([policyCheckOf(check)], input);
    expect(run?.findings).toMatchObject([{ path: 'a', start: 0, end: 9, score: 0.95, entity: 'risk/Yes' }]);
    expect(detector.requests[0]).toMatchObject({
      path: '/proxy/api/v1/text/context/doc',
      authorization: 'Bearer secret-of-env:DETECTOR_API_KEY',
      body: { content: 'forbidden', context_type: 'docs', context: ['a page'] },
    });
  });

  it('connect only where the rules for addresses allow', async () => {
    const { port } = new URL(detector.url);
    const at = (host: string) => checkWith({ url: `http://${host}:${port}`, allow_private_address: false });
    expect((await runWith({ kind: 'closed' }, at('allowed.test'))).status).toBe('ok');
    expect(await runWith({ kind: 'closed' }, at('private.test'))).toMatchObject({
      status: 'failed',
      outcome: 'refused',
    });
    expect(looked).toEqual(['allowed.test', 'private.test']);
    expect(detector.requests).toHaveLength(1);
    expect(() => at('127.0.0.1')).toThrow('private');
  });

  it('end their call when its caller leaves', async () => {
    detector.mood = 'hangs';
    const leaving = new AbortController();
    const running = runner.run(
      [policyCheckOf(checkWith(), { kind: 'closed' }, 60_000)],
      inputOf(['x'], { signal: leaving.signal }),
    );
    await eventually(() => detector.requests.length === 1);
    leaving.abort(new WeirError('cancelled', 'gone'));
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await eventually(() => detector.left === 1);
  });

  it('end their call at their own time limit', async () => {
    detector.mood = 'hangs in its body';
    const run = await runWith({ kind: 'open' }, checkWith({ timeout_ms: 20 }));
    expect(run).toMatchObject({ status: 'timed_out', outcome: 'unchecked' });
    await eventually(() => detector.left === 1);
  });

  it('let another check answer for one that is late', async () => {
    detector.mood = 'hangs';
    const other = checkOf('in-process', ({ texts: [text] }) => [
      { path: text?.path ?? '', start: 0, end: 4, score: 1, category: 'words', entity: 'word' },
    ]);
    const run = await runWith({ kind: 'degrade_to', check: other });
    expect(run).toMatchObject({ status: 'timed_out', outcome: 'decided', degradedTo: 'in-process' });
    expect(run.findings).toHaveLength(1);
  });

  it('do not let what somebody writes keep others from being checked', async () => {
    detector.mood = 422;
    for (let times = 0; times < 20; times++) await runWith({ kind: 'closed' });
    detector.mood = 'well';
    expect((await runWith({ kind: 'closed' })).status).toBe('ok');
  });

  it('are not asked while they keep failing, and asked again afterwards', async () => {
    detector.mood = 500;
    for (let times = 0; times < 20; times++) await runWith({ kind: 'closed' });
    expect(detector.requests).toHaveLength(settings.externalBreakerVolume);
    const state = async () =>
      /check_breaker_state\{check="words-server"\} (\d)/.exec((await metrics.render()).body)?.[1];
    expect(await state()).toBe('2');
    detector.mood = 'well';
    await eventually(async () => (await runWith({ kind: 'closed' })).status === 'ok');
    expect(await state()).toBe('0');
  });

  const illnesses: DetectorMood[] = ['slow', 'hangs', 'hangs in its body', 'breaks off', 'garbage', 'huge', 500];
  describe.each(illnesses)('at 100 requests a second, when the server is %s', (mood) => {
    const outcomes = { closed: 'refused', open: 'unchecked' } as const;
    it.each(['closed', 'open'] as const)('let nothing pass unseen under %s', async (kind) => {
      detector.mood = mood;
      const healthy = checkOf('healthy', () => []);
      const checks = [policyCheckOf(checkWith(), { kind }, 30), policyCheckOf(healthy, { kind })];
      const started: Promise<CheckRun[]>[] = [];
      for await (const _ of setInterval(10)) {
        started.push(runner.run(checks, inputOf(['this is forbidden'])));
        if (started.length === 50) break;
      }
      for (const runs of await Promise.all(started)) {
        expect(runs[0]).toMatchObject({ outcome: outcomes[kind], findings: [] });
        expect(runs[1]).toMatchObject({ status: 'ok', outcome: 'decided' });
      }
      detector.mood = 'well';
      await eventually(async () => (await runWith({ kind: 'closed' }, checkWith({ threshold: 0.6 }))).status === 'ok');
    });
  });
});
