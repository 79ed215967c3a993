import { Metrics } from '@weir/telemetry';
import { describe, expect, it } from 'vitest';
import { inferenceMetrics } from '../inference.metrics.js';
import { plainDemand } from './simulation/demands.js';
import { SchedulerMeter } from './scheduler-meter.js';
import { SlotScheduler } from './slot-scheduler.js';

describe('SchedulerMeter', () => {
  it('shows what waits, who holds slots, who was refused and what was taken back', async () => {
    const metrics = new Metrics();
    const observer = new SchedulerMeter(metrics.bind(inferenceMetrics), { model_name: 'm', engine: 'e' });
    let now = 0;
    const target = new SlotScheduler({
      slots: 2,
      maxQueue: 1,
      maxQueuedTokens: 0,
      maxWaitMs: 60_000,
      shares: [{ tenant: 'named', nominal_percent: 50, borrowing_percent: 0, weight: 1 }],
      now: () => now,
      observer,
    });
    target.resume();
    const enter = (tenant: string) =>
      target.enter({ ...plainDemand({ tenant, promptTokens: 40 }), signal: new AbortController().signal });
    const leases = [await enter('one'), await enter('other')];
    leases[1]!.onReclaim(() => undefined);
    const waiting = enter('named');
    now = 1_500;
    await expect(enter('named')).rejects.toMatchObject({ code: 'engine_overloaded' });
    const { body } = await metrics.render();
    const lines = body.split('\n').filter((line) => line.startsWith('weir_inference_'));
    expect(lines).toEqual(
      expect.arrayContaining([
        'weir_inference_waiting_tokens{model_name="m",engine="e"} 40',
        'weir_inference_longest_wait_seconds{model_name="m",engine="e"} 1.5',
        'weir_inference_refused_total{model_name="m",engine="e",reason="rejected-saturated"} 1',
        'weir_inference_reclaims_total{model_name="m",engine="e"} 1',
        'weir_inference_tenant_slots{model_name="m",engine="e",tenant="others",kind="own"} 1',
        'weir_inference_tenant_slots{model_name="m",engine="e",tenant="others",kind="borrowed"} 1',
        'weir_inference_tenant_slots{model_name="m",engine="e",tenant="named",kind="own"} 0',
      ]),
    );
    expect(lines.some((line) => line.includes('tenant="one"'))).toBe(false);
    leases[1]!.release();
    (await waiting).release();
    leases[0]!.release();
  });
});
