import { WeirError, type ErrorCode } from '@weir/errors';
import { testMetrics } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import { sampleRoute, sampleRun } from '../../test/sample-run.js';
import { routerMetrics } from '../router.metrics.js';
import { DECIDED_CLOSED, markUnchecked, mayPassUnchecked } from './unchecked-pass.js';

describe('mayPassUnchecked', () => {
  const open = { route: { ...sampleRoute, on_guardrails_error: 'open' as const } };
  const failure = (code: ErrorCode, details = {}) => new WeirError(code, 'x', { details });

  it('is for outages on open routes', () => {
    expect(mayPassUnchecked(open, failure('guardrails_unavailable'))).toBe(true);
    expect(mayPassUnchecked({ route: sampleRoute }, failure('guardrails_unavailable'))).toBe(false);
    expect(mayPassUnchecked({ route: undefined }, failure('guardrails_unavailable'))).toBe(false);
  });

  it('is not for what guardrails decided or refused', () => {
    expect(mayPassUnchecked(open, failure('guardrails_unavailable', { [DECIDED_CLOSED]: true }))).toBe(false);
    for (const code of ['failed_precondition', 'payload_too_large', 'cancelled', 'internal'] as const) {
      expect(mayPassUnchecked(open, failure(code))).toBe(false);
    }
  });
});

it('marks a request once', async () => {
  const metrics = testMetrics();
  const run = sampleRun();
  for (let turn = 0; turn < 2; turn += 1) markUnchecked(run, metrics.bind(routerMetrics));
  expect([...run.degraded]).toEqual(['guardrails']);
  expect((await metrics.render()).body).toContain('weir_router_degraded_requests_total{control="guardrails"} 1');
});
