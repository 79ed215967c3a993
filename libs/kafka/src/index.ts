export { KafkaBus, type KafkaBusOptions } from './bus.js';
export { defaultTuning, type ConsumerTuning } from './consume/tuning.js';
export { kafkaMetrics } from './kafka.metrics.js';
export type { ConsumeOptions, Consumer, DeliveryContext } from './consume/consumer.js';
export type { PublishOptions, Publisher, Receipt } from './publish/publisher.js';
export type { Relay } from './relay/relay.js';
export type { HistoryRange } from './state/history.js';
export type { StateChange, StateReader } from './state/state-reader.js';
