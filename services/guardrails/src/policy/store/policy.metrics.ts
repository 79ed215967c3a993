import { counter, gauge } from '@weir/telemetry';

export const policyMetrics = {
  inForce: gauge('weir_guardrails_policy_version', 'Version of each policy that is in force on this replica.', [
    'policy',
  ]),
  refused: counter(
    'weir_guardrails_policies_refused_total',
    'Policy versions that did not compile on this replica; the one before stays in force.',
    [],
  ),
  published: counter('weir_guardrails_policies_published_total', 'Policy versions published here.', ['policy']),
  approvals: counter('weir_guardrails_approvals_total', 'Contents that a person let pass.', []),
  content: counter('weir_guardrails_content_records_total', 'Texts kept for replays, by what became of them.', [
    'outcome',
  ]),
  replayed: counter('weir_guardrails_replayed_inputs_total', 'Inputs decided again by replays.', []),
};
