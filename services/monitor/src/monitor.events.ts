import type { AlertChanged } from '@weir/contracts';
import type { Alert } from './alerts/alert.js';

/** Data of `weir.alert.changed.v1`. */
export function alertChangedEvent(alert: Alert): AlertChanged {
  return {
    fingerprint: alert.fingerprint,
    name: alert.name,
    status: alert.status,
    severity: alert.severity,
    labels: { ...alert.labels },
    annotations: { ...alert.annotations },
    starts_at: alert.startsMs,
    ends_at: alert.endsMs,
  };
}
