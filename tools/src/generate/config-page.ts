import { processSettings, type Setting, type Settings } from '@weir/config';
import type { ServiceDescriptor } from '@weir/bootstrap';
import { code, page, section, table } from './markdown.js';
import { root } from './root.js';

/** Read by the scripts that start the embedded servers, not by services. */
const START = [
  ['WEIR_POSTGRES_PORT', '15432', 'Port of the embedded PostgreSQL; it is not started when DATABASE_URL is set.'],
  ['WEIR_KAFKA_PORT', '19092', 'Port of the embedded Kafka; it is not started when KAFKA_BROKERS is set.'],
] as const;

const HEAD = ['variable', 'default', 'what it is for'];

export function configPage(services: readonly ServiceDescriptor[]): string {
  return page(
    'Settings',
    'All settings are environment variables. An empty variable counts as absent; a wrong value stops the start with a line that names it.',
    section('Every process', settingsTable(processSettings)),
    section(
      '`npm start`, `npm run services`, `npm test`',
      table(
        HEAD,
        START.map(([name, usual, text]) => [code(name), code(usual), text]),
      ),
    ),
    ...services.map(({ name, settings }) => section(name, settingsTable(settings))),
  );
}

function settingsTable(settings: Settings): string {
  const rows = Object.values(settings).map((setting) => [
    code(setting.env),
    defaultOf(setting),
    `${setting.description}${setting.secret ? ' *Secret.*' : ''}`,
  ]);
  return table(HEAD, rows);
}

/** What a setting is when its variable is absent. */
export function defaultOf({ schema, secret }: Setting): string {
  const read = schema.safeParse(undefined);
  if (!read.success) return '*required*';
  const text = Array.isArray(read.data) ? read.data.join(',') : String(read.data);
  if (secret && text.includes('@')) return code(text.replace(/\/\/.*@/, '//…@'));
  return code(text.replaceAll(`${root}/`, '')) || '*empty*';
}
