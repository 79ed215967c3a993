import { z } from 'zod';
import { epochMs } from './fields.js';
import { defineEvent } from './define-event.js';

export const monitorFinding = defineEvent({
  type: 'weir.monitor.finding.v1',
  source: '/weir/monitor',
  description: 'Result of one scheduled check of one series against its reference.',
  key: 'series_key',
  data: z.object({
    finding_id: z.string(),
    /** `project_id/model/series`. */
    series_key: z.string(),
    kind: z.enum(['drift']),
    metric: z.string(),
    project_id: z.string(),
    model: z.string(),
    series: z.string(),
    state: z.enum(['ok', 'drift', 'insufficient_data']),
    value: z.number(),
    threshold: z.number(),
    p_value: z.number().min(0).max(1),
    reference_samples: z.number().int().nonnegative(),
    current_samples: z.number().int().nonnegative(),
    found_at: epochMs,
  }),
});

export const alertChanged = defineEvent({
  type: 'weir.alert.changed.v1',
  source: '/weir/monitor',
  description: 'An alert began to fire or was resolved.',
  key: 'fingerprint',
  data: z.object({
    fingerprint: z.string(),
    name: z.string(),
    status: z.enum(['firing', 'resolved']),
    severity: z.enum(['page', 'ticket']),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    starts_at: epochMs,
    ends_at: epochMs,
  }),
});

export type MonitorFinding = z.infer<typeof monitorFinding.data>;
export type AlertChanged = z.infer<typeof alertChanged.data>;
