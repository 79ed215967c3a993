import { counter, gauge, histogram } from '@weir/telemetry';

export const kafkaMetrics = {
  lag: gauge('kafka_consumergroup_lag', 'Records that a consumer group has not finished, by partition.', [
    'group',
    'topic',
    'partition',
  ]),
  consumed: counter(
    'weir_kafka_consumed_total',
    'Deliveries to handlers by outcome: ok, retry, dead_letter or abandoned.',
    ['group', 'topic', 'outcome'],
  ),
  handlerSeconds: histogram(
    'messaging_process_duration_seconds',
    'Time of one handler call.',
    ['group', 'topic'],
    [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
  ),
  stalled: gauge('weir_kafka_consumer_stalled', '1 when a consumer makes no progress while records wait.', [
    'group',
    'topic',
  ]),
  restarts: counter('weir_kafka_consumer_restarts_total', 'Times a consumer was started again after it broke.', [
    'group',
  ]),
  published: counter('weir_kafka_published_total', 'Events by where they were stored first: kafka, spool or nowhere.', [
    'topic',
    'stored',
  ]),
  publishSeconds: histogram(
    'weir_kafka_publish_seconds',
    'Time from publish to the acknowledgement of Kafka.',
    [],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  ),
  available: gauge('weir_kafka_available', '1 while Kafka takes records, 0 while events go to the spool.'),
  spoolBytes: gauge('weir_kafka_spool_bytes', 'Bytes of events that wait on disk for Kafka.'),
  spoolEvents: gauge('weir_kafka_spool_events', 'Events that wait on disk for Kafka.'),
  spoolRejected: counter(
    'weir_kafka_spool_rejected_total',
    'Spooled events that Kafka will never take; kept in a file.',
  ),
  relayed: counter('weir_kafka_relayed_total', 'Outbox rows that were published and deleted.', ['schema']),
  stateSkipped: counter('weir_kafka_state_skipped_total', 'Records of compacted topics that could not be read.', [
    'topic',
  ]),
};
