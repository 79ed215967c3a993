import { eventCatalogue, topicOf, type EventDefinition } from '@weir/contracts';
import { typeText, type JsonSchema } from './json-schema.js';
import { code, page, section, table } from './markdown.js';

const DAY_MS = 86_400_000;

export function topicsPage(): string {
  return page(
    'Topics',
    'CloudEvents 1.0 in binary mode: attributes in `ce_*` headers, W3C `traceparent`, JSON values. The topic is named like the type of ' +
      'the event, with `WEIR_TOPIC_PREFIX` before it. Delivery is at least once: deduplicate by `ce_source` and `ce_id`. Within a major ' +
      'version fields are only added. The JSON Schema of each event is in [events](events/).',
    ...eventCatalogue.map(topicSection),
  );
}

function topicSection(event: EventDefinition): string {
  const { partitions, compacted, retentionMs } = topicOf(event);
  const kept = compacted ? 'compacted: the last event of each key is kept' : `kept for ${retentionMs / DAY_MS} days`;
  const schema = schemaOf(event);
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    code(name),
    typeText(field),
    required.has(name) ? 'yes' : 'no',
  ]);
  return section(
    code(event.type),
    event.description,
    `Written by ${event.source.replace('/weir/', '')}. Key \`${event.key}\`, ${partitions} partition${partitions === 1 ? '' : 's'}, ${kept}. ` +
      `[JSON Schema](events/${event.type}.schema.json)`,
    table(['field', 'type', 'always there'], rows),
  );
}

/** The JSON Schema of each event's data, by file name. */
export function eventSchemas(): ReadonlyMap<string, string> {
  const files = eventCatalogue.map((event) => {
    const { type: title, description } = event;
    const text = JSON.stringify({ $id: title, title, description, ...schemaOf(event) }, null, 2);
    return [`${event.type}.schema.json`, `${text}\n`] as const;
  });
  return new Map(files);
}

/** As consumers meet it: fields that a later version adds are not refused. */
function schemaOf(event: EventDefinition): JsonSchema {
  return event.data.toJSONSchema({ io: 'input' }) as JsonSchema;
}
