import { counter } from '@weir/telemetry';

const DETECTOR = ['detector_kind', 'detector_name'] as const;

/** The names with `trustyai_` are those of TrustyAI's detectors, so that their dashboards read ours. */
export const doorsMetrics = {
  requests: counter(
    'weir_guardrails_door_requests_total',
    'Requests to the doors of other guardrail APIs, by result.',
    ['door', 'code'],
  ),
  detectorRequests: counter('trustyai_guardrails_requests_total', 'Texts that a detector was given.', DETECTOR),
  detectorDetections: counter(
    'trustyai_guardrails_detections_total',
    'Texts in which a detector found something.',
    DETECTOR,
  ),
  detectorErrors: counter('trustyai_guardrails_errors_total', 'Texts on which a detector failed.', DETECTOR),
  detectorRuntime: counter('trustyai_guardrails_runtime_total', 'Seconds that a detector ran.', DETECTOR),
};
