import type { Bound } from '@weir/telemetry';
import type { EngineLabels } from '../generation/generation-meter.js';
import type { inferenceMetrics } from '../inference.metrics.js';
import type { DroppedReason, SchedulerObserver, SlotScheduler } from './slot-scheduler.js';

type SchedulerMetrics = Pick<
  Bound<typeof inferenceMetrics>,
  'waitingTokens' | 'longestWait' | 'refused' | 'reclaims' | 'tenantSlots'
>;

/** Measures one scheduler. Only tenants that have a share are named; all others are one. */
export class SchedulerMeter implements SchedulerObserver {
  private readonly slots = new Map<string, number>();

  constructor(
    private readonly metrics: SchedulerMetrics,
    private readonly labels: EngineLabels,
  ) {}

  onChange(scheduler: SlotScheduler): void {
    this.metrics.waitingTokens.set(this.labels, scheduler.waitingTokens);
    this.metrics.longestWait.set(this.labels, scheduler.longestWaitMs / 1_000);
    for (const { group, own, borrowed } of scheduler.slotsInUse()) {
      this.setSlots(group, 'own', own);
      this.setSlots(group, 'borrowed', borrowed);
    }
  }

  onDropped(reason: DroppedReason): void {
    this.metrics.refused.inc({ ...this.labels, reason });
  }

  onReclaimed(): void {
    this.metrics.reclaims.inc(this.labels);
  }

  private setSlots(tenant: string, kind: 'own' | 'borrowed', slots: number): void {
    const key = `${kind} ${tenant}`;
    if (this.slots.get(key) === slots) return;
    this.slots.set(key, slots);
    this.metrics.tenantSlots.set({ ...this.labels, tenant, kind }, slots);
  }
}
