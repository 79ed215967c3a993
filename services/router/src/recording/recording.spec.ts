import { inferenceCompleted } from '@weir/contracts';
import { WeirError, type ErrorCode } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { sampleCandidate, sampleRoute, sampleRun, sampleVerdict } from '../../test/sample-run.js';
import { DEFAULT_FORM } from '../pipeline/inference-request.js';
import { outcomeOf, type RequestRun } from '../pipeline/request-run.js';
import { completedEvent } from './completed-event.js';
import { isRecorded } from './recording-rule.js';

describe('isRecorded', () => {
  it.each<[boolean, ErrorCode | undefined, boolean]>([
    [true, undefined, true],
    [true, 'rate_limit_exceeded', false],
    [true, 'insufficient_quota', false],
    [true, 'billing_unavailable', true],
    [true, 'price_unknown', true],
    [true, 'engine_unavailable', true],
    [false, 'model_not_found', false],
    [false, undefined, false],
  ])('route resolved: %s, refused as %s → %s', (routeResolved, refusedAs, recorded) => {
    expect(isRecorded({ routeResolved, refusedAs })).toBe(recorded);
  });
});

function heldInput(run: RequestRun, action: 'block' | 'require_approval' = 'block'): void {
  run.verdicts.push({ ...sampleVerdict, stage: 'input', action });
}

describe('outcomeOf', () => {
  it.each<[ErrorCode | undefined, boolean, string]>([
    [undefined, false, 'ok'],
    ['cancelled', false, 'cancelled'],
    // The policy answered instead of a model.
    [undefined, true, 'blocked'],
    ['content_filter', true, 'blocked'],
    // An upstream that filters by itself is a failure of the answer, not a block of ours.
    ['content_filter', false, 'error'],
    ['engine_failed', true, 'error'],
    ['deadline_exceeded', false, 'error'],
    ['internal', false, 'error'],
  ])('%s (blocked by us: %s) is %s', (code, blocked, outcome) => {
    const run = sampleRun();
    if (blocked) heldInput(run);
    if (code) run.error = new WeirError(code, 'x');
    expect(outcomeOf(run)).toBe(outcome);
  });

  it('is blocked also while a person has to approve', () => {
    const run = sampleRun();
    heldInput(run, 'require_approval');
    run.error = new WeirError('approval_required', 'x');
    expect(outcomeOf(run)).toBe('blocked');
  });
});

describe('completedEvent', () => {
  it('tells which controls a request passed without', () => {
    const run = sampleRun();
    expect(completedEvent(run).degraded).toBeUndefined();
    run.degraded.add('guardrails');
    expect(inferenceCompleted.data.parse(completedEvent(run)).degraded).toEqual(['guardrails']);
  });

  it('tells what happened', () => {
    const run = sampleRun({ request: { stream: true } });
    run.route = { ...sampleRoute, policy: 'strict' };
    run.reservation = { leaseId: 'l', held: { requests: 1, tokens: 9, money: 1n } };
    const [choice] = run.attempt(sampleCandidate);
    if (!choice) throw new TypeError('no choice');
    choice.meter.setInput(4);
    choice.finishReason = 'length';
    choice.cutReason = 'deadline';
    run.cost = 1_500_000n;
    run.firstTextMs = 12.5;
    run.endedAt = run.startedAt + 20;
    const event = completedEvent(run);
    expect(inferenceCompleted.data.parse(event)).toEqual(
      inferenceCompleted.data.parse({
        request_id: '018f0000-0000-7000-8000-000000000001',
        organization_id: 'o',
        project_id: 'p',
        api_key_id: 'k',
        operation_name: 'chat',
        door: 'http',
        request_model: 'tiny',
        response_model: 'registry-model',
        model_version: 3,
        deployment_id: 'd1',
        provider_name: 'weir.llamacpp',
        stream: true,
        outcome: 'ok',
        finish_reasons: ['length'],
        cut_reason: 'deadline',
        input_tokens: 4,
        cached_input_tokens: 0,
        output_tokens: 0,
        price_id: 'price-1',
        cost_usd: '0.0000015',
        lease_id: 'l',
        policy: 'strict',
        started_at: 1_700_000_000_498,
        ended_at: 1_700_000_000_518,
        time_to_first_token_ms: 12.5,
        duration_ms: event.duration_ms,
        stages_ms: { auth: 1.5 },
        trace_id: 'a'.repeat(32),
      }),
    );
  });

  it('has one reason per answer, and none for vectors', () => {
    const three = sampleRun({ request: { form: { ...DEFAULT_FORM, n: 3 } } });
    three.attempt(sampleCandidate).forEach((choice, index) => (choice.finishReason = index === 1 ? 'length' : 'stop'));
    expect(completedEvent(three).finish_reasons).toEqual(['stop', 'length', 'stop']);
    const vectors = sampleRun({ request: { operation: 'embeddings' } });
    vectors.attempt(sampleCandidate);
    vectors.embedded = { vectors: [[1]], inputTokens: 6 };
    expect(completedEvent(vectors)).toMatchObject({
      operation_name: 'embeddings',
      finish_reasons: [],
      input_tokens: 6,
      output_tokens: 0,
    });
  });

  it('names the strictest verdict on the answers', () => {
    const run = sampleRun();
    for (const [id, action] of [
      ['a', 'allow'],
      ['b', 'downgrade'],
      ['c', 'replace'],
      ['d', 'mask'],
      ['e', 'flag'],
    ] as const) {
      run.verdicts.push({ ...sampleVerdict, id, action });
    }
    expect(completedEvent(run).output_verdict_id).toBe('b');
  });

  it('leaves out what did not happen, and never carries text', () => {
    const run = sampleRun();
    run.error = new WeirError('guardrails_unavailable', 'x');
    const event = JSON.parse(JSON.stringify(completedEvent(run))) as object;
    expect(event).toMatchObject({ outcome: 'error', error_code: 'guardrails_unavailable', cost_usd: '0' });
    for (const absent of ['price_id', 'deployment_id', 'lease_id', 'time_to_first_token_ms', 'input_verdict_id']) {
      expect(event).not.toHaveProperty(absent);
    }
    expect(JSON.stringify(event)).not.toContain('hello');
  });
});
