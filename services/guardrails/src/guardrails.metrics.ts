import { counter, histogram } from '@weir/telemetry';

export const guardrailsMetrics = {
  decisions: counter('weir_guardrails_decisions_total', 'Decisions by policy, stage and action.', [
    'policy',
    'stage',
    'action',
  ]),
  findings: counter('weir_guardrails_findings_total', 'Values found, by detector and action.', ['detector', 'action']),
  duration: histogram(
    'weir_guardrails_decision_seconds',
    'Time a decision took, without waiting for text.',
    ['stage'],
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25],
  ),
  passedUnchecked: counter(
    'weir_guardrails_passed_unchecked_total',
    'Decisions that passed although a check could not answer, as its policy says, by check.',
    ['check'],
  ),
  heldBack: histogram(
    'weir_guardrails_held_back_characters',
    'Most characters that one stream held back at once.',
    [],
    [0, 5, 10, 20, 40, 80, 160, 320, 640, 2560],
  ),
  streams: counter('weir_guardrails_streams_total', 'Streams filtered, by how they ended.', ['end']),
};
