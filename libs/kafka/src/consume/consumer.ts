import type { EventData, EventDefinition, WeirEvent } from '@weir/contracts';
import type { TraceContext } from '@weir/telemetry';

/** What a handler knows about the delivery of its event. */
export interface DeliveryContext {
  /** Aborts when the partition is taken away or the process stops and the time to drain is over. */
  readonly signal: AbortSignal;
  /** Partition and offset in the event's own topic, also when it comes from a retry topic. */
  readonly partition: number;
  readonly offset: string;
  /** 1 = first delivery; grows with each retry topic. */
  readonly attempt: number;
  /** The consumer span, a child of the event's own trace. */
  readonly trace?: TraceContext;
}

export interface ConsumeOptions<D extends EventDefinition> {
  readonly event: D;
  /** Consumer group, without the topic prefix. Kafka knows it as `<prefix><group>.<topic>`. */
  readonly group: string;
  /** Keys that are handled in parallel; default 8. */
  readonly concurrency?: number;
  /** `key` (default): events of one key one after the other. `none`: any events in parallel. */
  readonly order?: 'key' | 'none';
  /** Where a group without offsets starts; default true. */
  readonly fromBeginning?: boolean;
  /** Waits before each retry; their number is the number of retries. Default 1 s, 10 s, 60 s. */
  readonly retryDelaysMs?: readonly number[];
  /**
   * Called at least once for each event, in order per key. While it fails because something it needs is away
   * (`database_unavailable`, `peer_unavailable`) the event waits where it is and is tried again. Any other WeirError that
   * is not retriable sends the event to the dead-letter topic, any other error to the next retry topic.
   */
  onEvent(event: WeirEvent<EventData<D>>, context: DeliveryContext): Promise<void>;
}

/** A running consumer. Disposing drains what is in flight, commits and leaves the group. */
export interface Consumer extends AsyncDisposable {
  /** Group name as Kafka knows it, with its prefix. */
  readonly group: string;
  /** Topic as Kafka knows it, with its prefix. */
  readonly topic: string;
  /** Events of the assigned partitions, retry topics included, that are not finished; of the last look (≤ 5 s old). */
  lag(): number;
}
