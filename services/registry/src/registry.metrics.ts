import { counter } from '@weir/telemetry';

export const registryMetrics = {
  changes: counter('weir_registry_changes_total', 'Committed changes of registry objects.', ['kind', 'change']),
  refusals: counter('weir_registry_refusals_total', 'Administrative actions that the caller had no right to.', [
    'action',
  ]),
  conflicts: counter('weir_registry_revision_conflicts_total', 'Updates that carried an old revision.', ['action']),
  reports: counter('weir_registry_engine_reports_total', 'Reported engine states, by what became of them.', [
    'outcome',
  ]),
  republished: counter(
    'weir_registry_states_republished_total',
    'Objects that were missing or old on the state topic at start and were published again.',
    ['kind'],
  ),
};
