import type { EventData, EventDefinition, WeirEvent } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { IncomingRecord, OutgoingRecord } from './record.js';

/*
 * CloudEvents 1.0 over Kafka (Kafka protocol binding). Weir writes the binary mode: attributes in `ce_*` headers, the
 * data as the value. It reads the structured mode too, where one JSON object holds both.
 */

const SPEC_VERSION = '1.0';
const CONTENT_TYPE = 'application/json';
const STRUCTURED = 'application/cloudevents+json';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface EventAttributes {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly subject?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** Checks the data against the event's schema. @throws WeirError `invalid_event`, with paths but without values. */
export function validated<D extends EventDefinition>(event: D, data: unknown): EventData<D> {
  const parsed = event.data.safeParse(data);
  if (parsed.success) return parsed.data as EventData<D>;
  const issues = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'data'}: ${issue.code}`);
  throw new WeirError('invalid_event', `${event.type} does not fit its schema (${issues.join(', ')})`);
}

/** The record of an event whose data is validated. */
export function encodeEvent(
  event: EventDefinition,
  topic: string,
  data: unknown,
  attributes: EventAttributes,
): OutgoingRecord {
  const key = String((data as Record<string, unknown>)[event.key]);
  return { topic, key, value: JSON.stringify(data), headers: headersOf(event, attributes) };
}

export function headersOf(
  event: { readonly type: string; readonly source: string },
  attributes: EventAttributes,
): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: SPEC_VERSION,
    ce_type: event.type,
    ce_source: event.source,
    ce_id: attributes.id,
    ce_time: new Date(attributes.time).toISOString(),
    'content-type': CONTENT_TYPE,
  };
  if (attributes.subject !== undefined) headers['ce_subject'] = attributes.subject;
  if (attributes.traceparent !== undefined) headers['traceparent'] = attributes.traceparent;
  return headers;
}

/** Reads one record. @throws WeirError `invalid_event` for everything that is not this event. */
export function decodeEvent<D extends EventDefinition>(event: D, record: IncomingRecord): WeirEvent<EventData<D>> {
  const mode = mediaType(record.headers['content-type']);
  const { attributes, data } = mode === STRUCTURED ? structured(record) : binary(record, mode);
  const { type, source, id, time, subject } = attributes;
  if (attributes.specversion !== SPEC_VERSION) throw invalid('its CloudEvents version is not 1.0');
  if (type !== event.type) throw invalid(`its type is not ${event.type}`);
  if (id === undefined || !UUID.test(id)) throw invalid('its id is not a UUID');
  if (!source) throw invalid('it has no source');
  const millis = time === undefined ? record.timestamp : Date.parse(time);
  if (Number.isNaN(millis)) throw invalid('its time is not RFC 3339');
  const traceparent = record.headers['traceparent'] ?? attributes.traceparent;
  return {
    id: id.toLowerCase(),
    source,
    type,
    time: millis,
    data: validated(event, data),
    ...(subject === undefined ? {} : { subject }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

type Attributes = Partial<
  Record<'specversion' | 'type' | 'source' | 'id' | 'time' | 'subject' | 'traceparent', string>
>;

function binary(record: IncomingRecord, mode: string): { attributes: Attributes; data: unknown } {
  if (mode !== CONTENT_TYPE && mode !== '') throw invalid('its content type is not JSON');
  const attributes: Attributes = {};
  for (const name of ['specversion', 'type', 'source', 'id', 'time', 'subject'] as const) {
    const value = record.headers[`ce_${name}`];
    if (value !== undefined) attributes[name] = value;
  }
  return { attributes, data: jsonOf(record.value) };
}

function structured(record: IncomingRecord): { attributes: Attributes; data: unknown } {
  const envelope = jsonOf(record.value);
  if (typeof envelope !== 'object' || envelope === null) throw invalid('its envelope is not an object');
  const { data, ...rest } = envelope as Record<string, unknown>;
  const texts = Object.entries(rest).filter(([, value]) => typeof value === 'string');
  return { attributes: Object.fromEntries(texts) as Attributes, data };
}

function jsonOf(value: Buffer | null): unknown {
  if (value === null) throw invalid('it has no value');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch (cause) {
    throw new WeirError('invalid_event', 'The record cannot be read: its value is not JSON in UTF-8.', { cause });
  }
}

function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function invalid(reason: string): WeirError {
  return new WeirError('invalid_event', `The record cannot be read: ${reason}.`);
}
