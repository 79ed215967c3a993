import type { Source } from '@weir/config';
import type { EventData, EventDefinition } from '@weir/contracts';
import { formatTraceparent, type TraceContext, type Tracing } from '@weir/telemetry';
import { encodeEvent, validated } from '../wire/cloud-event.js';
import type { Outlet } from './outlet.js';

export interface PublishOptions {
  /** Event id; a UUIDv7 is made when absent. Consumers deduplicate by it. */
  readonly id?: string;
  /** Milliseconds since the epoch; now when absent. */
  readonly time?: number;
  /** Operation that caused the event. */
  readonly trace?: TraceContext | undefined;
  readonly subject?: string | undefined;
  /**
   * Longest wait for other events to share a request with, in milliseconds; default 0. For events that nobody waits for;
   * they leave before every event that is published after them.
   */
  readonly lingerMs?: number;
  /** Longest wait for Kafka before the event goes to the spool; default 500 ms. */
  readonly timeoutMs?: number;
}

/** Where an event is kept. Either way it survives a crash of this process. */
export type Receipt =
  | {
      readonly stored: 'kafka';
      readonly topic: string;
      readonly partition: number;
      readonly offset: string;
      readonly id: string;
    }
  | { readonly stored: 'spool'; readonly id: string };

/** Publishes the events of one definition. */
export interface Publisher<T> {
  /**
   * Resolves when the event is durable: acknowledged by all in-sync replicas, or fsynced in the local spool when Kafka
   * does not answer in time. An event that timed out may reach Kafka twice with the same id.
   * Rejects with `invalid_event` (the data does not fit the schema), `payload_too_large` (over 900 kB) or `internal`
   * (Kafka is away and the spool is full or cannot be written).
   */
  publish(data: T, options?: PublishOptions): Promise<Receipt>;
}

export interface PublisherOptions<D extends EventDefinition> {
  readonly event: D;
  /** Topic as Kafka knows it. */
  readonly topic: string;
  readonly outlet: Outlet;
  readonly tracing: Tracing;
  readonly source: Source;
}

const DEFAULT_TIMEOUT_MS = 500;

export class EventPublisher<D extends EventDefinition> implements Publisher<EventData<D>> {
  readonly #options: PublisherOptions<D>;

  constructor(options: PublisherOptions<D>) {
    this.#options = options;
  }

  async publish(data: EventData<D>, options: PublishOptions = {}): Promise<Receipt> {
    const { event, topic, outlet, tracing, source } = this.#options;
    const clean = validated(event, data);
    const id = options.id ?? source.uuid();
    const { trace, subject } = options;
    const span = trace?.sampled
      ? tracing.startSpan(`${event.type} publish`, { parent: trace, kind: 'producer' })
      : undefined;
    span?.set('messaging.system', 'kafka');
    span?.set('messaging.destination.name', topic);
    const context = span?.context ?? trace;
    const time = options.time ?? source.now();
    const record = encodeEvent(event, topic, clean, {
      id,
      time,
      subject,
      traceparent: context && formatTraceparent(context),
    });
    try {
      const { timeoutMs = DEFAULT_TIMEOUT_MS, lingerMs = 0 } = options;
      const receipt = await outlet.store(record, { id, type: event.type }, { timeoutMs, lingerMs });
      span?.set('weir.stored', receipt.stored);
      span?.end();
      return receipt;
    } catch (error) {
      span?.end(error);
      throw error;
    }
  }
}
