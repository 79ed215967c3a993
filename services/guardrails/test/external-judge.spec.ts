import type { ServiceDescriptor } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import { eventually, startTestProcess, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CompiledCheck } from '../src/detector/check-kind.js';
import type { TextCheck } from '../src/detector/text-check.js';
import { CheckRunner } from '../src/external/check-runner.service.js';
import { ExternalKinds } from '../src/external/external-kinds.service.js';
import { externalSettings } from '../src/external/external.config.js';
import { externalMetrics } from '../src/external/external.metrics.js';
import { ExternalModule } from '../src/external/external.module.js';
import { FactExtractor } from '../src/external/fact-extractor.service.js';
import { fmsDefinition } from '../src/external/fms/fms-definition.js';
import { groundednessDefinition } from '../src/external/judge/groundedness-kind.js';
import { judgeDefinition } from '../src/external/judge/judge-kind.js';
import { inputOf, policyCheckOf, principal, textOf } from '../src/external/test/inputs.js';
import { FakeRouter, fakeRouter, type ModelScript } from './fakes/fake-router.js';

const externalChecks: ServiceDescriptor = {
  name: 'guardrails',
  module: ExternalModule,
  settings: externalSettings,
  metrics: externalMetrics,
};

describe.each(['auto', 'grpc'] as const)('checks that ask a model through the router (%s)', (binding) => {
  let weir: TestProcess;
  let router: FakeRouter;
  const runner = () => weir.app.get(CheckRunner);
  const kinds = () => weir.app.get(ExternalKinds).kinds();

  beforeAll(async () => {
    weir = await startTestProcess({ services: [externalChecks, fakeRouter], settings: { binding } });
    router = weir.app.get(FakeRouter);
  });
  afterAll(() => weir?.[Symbol.asyncDispose]());
  beforeEach(() => {
    router.scripts.clear();
    router.asked.length = 0;
    router.left = 0;
  });

  const checkIn = (compiled: CompiledCheck): TextCheck => {
    if (compiled.kind !== 'check') throw new WeirError('internal', 'no check');
    return compiled.check;
  };
  const judge = (model: string, more: object = {}) =>
    checkIn(kinds()[1].compile(model, judgeDefinition.parse({ kind: 'judge', model, format: 'llama-guard', ...more })));

  async function ask(check: TextCheck, script: ModelScript, deadlineMs = 5_000, input = inputOf(['how to?'])) {
    router.scripts.set(check.id, script);
    const [run] = await runner().run([policyCheckOf(check, { kind: 'closed' }, deadlineMs)], input);
    return run;
  }

  it('do not compile for an address inside of the network, but where a policy allows it', () => {
    const at = (more: object) => () =>
      kinds()[0].compile('fms', fmsDefinition.parse({ kind: 'fms', detector_id: 'x', url: 'http://[::1]:1', ...more }));
    expect(at({})).toThrow('private address');
    expect(at({ url: 'http://169.254.169.254' })).toThrow('private address');
    expect(at({ allow_private_address: true })).not.toThrow();
  });

  it('get a score from the likelihoods of the answer, in the name of who asks', async () => {
    const run = await ask(judge('guard'), { text: 'unsafe\nS1', likely: { unsafe: 0.75, safe: 0.25 } });
    expect(run).toMatchObject({ status: 'ok', outcome: 'decided' });
    expect(run?.findings).toMatchObject([{ entity: 'Violent Crimes', hazard: 'S1', category: 'toxicity' }]);
    expect(run?.findings[0]?.score).toBeCloseTo(0.75);
    expect(router.asked[0]).toMatchObject({
      principal,
      input: { model: 'guard', logprobs: true, topLogprobs: 10, sampling: { temperature: 0, maxTokens: 64, seed: 1 } },
    });
    expect(router.asked[0]?.input.messages[0]?.content).toContain('User: how to?');
  });

  it.each([
    ['an answer of no format', { text: 'I cannot judge that.' }],
    ['an answer that was cut', { text: 'unsafe\nS1', finishReason: 'length' }],
    ['an answer that was filtered', { text: 'safe', finishReason: 'content_filter' }],
    ['no answer', { text: '' }],
    ['a model that is down', { failWith: 'engine_unavailable' }],
    ['a model that nobody knows', { failWith: 'model_not_found' }],
    ['a caller without money', { failWith: 'insufficient_quota' }],
  ] as const)('are refused for %s', async (_, script) => {
    expect(await ask(judge(`guard-${_.length}`), script)).toMatchObject({ status: 'failed', outcome: 'refused' });
  });

  it('are refused without a principal, and ask nobody', async () => {
    const run = await ask(judge('nobody'), {}, 5_000, inputOf(['text'], { principal: undefined }));
    expect(run).toMatchObject({ status: 'failed', outcome: 'refused' });
    expect(router.asked).toEqual([]);
  });

  it('end the request when their time is over', async () => {
    expect(await ask(judge('hanging'), { hang: true }, 50)).toMatchObject({ status: 'timed_out', outcome: 'refused' });
    await eventually(() => router.left === 1);
  });

  it('end the request when their caller leaves', async () => {
    const leaving = new AbortController();
    const asking = ask(judge('left'), { hang: true }, 60_000, inputOf(['text'], { signal: leaving.signal }));
    await eventually(() => router.asked.length === 1);
    leaving.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
    await eventually(() => router.left === 1);
  });

  it('LLM09 misinformation: find what documents do not say', async () => {
    const definition = { kind: 'groundedness', model: 'ground', format: 'granite-guardian' };
    const check = checkIn(kinds()[2].compile('ground', groundednessDefinition.parse(definition)));
    const answer = textOf('Three days.', { path: 'choices.0', role: 'assistant', stage: 'output' });
    const context = [textOf('It takes 14 days.', { path: 'd', stage: 'document' })];
    const run = await ask(check, { text: '<score>yes</score>' }, 5_000, inputOf([answer], { context }));
    expect(run?.findings).toMatchObject([{ path: 'choices.0', score: 1, entity: 'groundedness', owasp: 'LLM09' }]);
    expect(await ask(check, {}, 5_000, inputOf([answer]))).toMatchObject({ status: 'skipped' });
  });

  it('find facts', async () => {
    const extraction = {
      model: 'finder',
      instructions: 'Find the amount.',
      schema: '{"type":"object","properties":{"amount":{"type":"number"}},"additionalProperties":false}',
      deadlineMs: 5_000,
      onError: 'closed' as const,
    };
    const extract = () => weir.app.get(FactExtractor).extract(extraction, inputOf(['I paid 12.']));
    router.scripts.set('finder', { text: '{"amount":12}' });
    expect(await extract()).toEqual(new Map([['extracted.amount', 12]]));
    expect(router.asked[0]).toMatchObject({
      principal,
      input: { responseFormat: { kind: 'json_schema', schema: extraction.schema } },
    });
    router.scripts.set('finder', { text: '{"amount":"all of it"}' });
    await expect(extract()).rejects.toMatchObject({ code: 'guardrails_unavailable' });
  });
});
