/** A record on its way to Kafka. */
export interface OutgoingRecord {
  /** Topic as Kafka knows it, with the prefix. */
  readonly topic: string;
  readonly key: string | Buffer | null;
  /** null is a tombstone. */
  readonly value: string | Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as it came from Kafka. */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** As bytes, so that a record that cannot be read reaches the dead-letter topic unchanged. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The last value of each header, as text. */
  readonly headers: Readonly<Record<string, string>>;
}

interface RawMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

export function incomingRecord(topic: string, partition: number, message: RawMessage): IncomingRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = last.toString();
  }
  return {
    topic,
    partition,
    offset: message.offset,
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers,
  };
}

/** Bytes that a record occupies, roughly; for bounds, not for accounts. */
export function sizeOf(record: {
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}): number {
  let bytes = (record.key?.length ?? 0) + (record.value === null ? 0 : Buffer.byteLength(record.value));
  for (const name in record.headers) bytes += name.length + (record.headers[name]?.length ?? 0) + 2;
  return bytes;
}
