import type { z } from 'zod';

/** What is fixed about one event: its topic, schema and key. The topic is named like the type. */
export interface EventDefinition<Data extends z.ZodObject = z.ZodObject> {
  /** CloudEvents `type` and Kafka topic, `weir.<domain>.<event>.v<major>`. */
  readonly type: string;
  /** CloudEvents `source`: the service that owns the topic. */
  readonly source: string;
  readonly description: string;
  /** Field of the data that becomes the record key: what must stay in order. */
  readonly key: string;
  readonly data: Data;
  /** Compacted topics keep the last event of each key; all others keep a time. */
  readonly compacted: boolean;
}

export function defineEvent<Data extends z.ZodObject>(definition: {
  type: string;
  source: string;
  description: string;
  key: keyof z.infer<Data> & string;
  data: Data;
  compacted?: boolean;
}): EventDefinition<Data> {
  return { ...definition, compacted: definition.compacted ?? false };
}

/** An event as it leaves and arrives: CloudEvents attributes beside the validated data. */
export interface WeirEvent<Data = unknown> {
  /** UUIDv7; what consumers deduplicate by, together with the source. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly subject?: string;
  /** W3C trace context of the operation that caused the event. */
  readonly traceparent?: string;
  readonly data: Data;
}

export type EventData<D extends EventDefinition> = z.infer<D['data']>;
