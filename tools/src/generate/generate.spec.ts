import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { list, port, processSettings, setting } from '@weir/config';
import { eventCatalogue, guardrailVerdict, inferenceCompleted } from '@weir/contracts';
import { ERROR_KINDS } from '@weir/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultOf } from './config-page.js';
import { errorsPage } from './errors-page.js';
import { bringUpToDate, outdated } from './files.js';
import { grpcPage } from './grpc-page.js';
import { typeText, type JsonSchema } from './json-schema.js';
import { table } from './markdown.js';
import { metricsPage } from './metrics-page.js';
import { root } from './root.js';
import { eventSchemas, topicsPage } from './topics-page.js';

describe('the reference', () => {
  it('keeps a table a table, whatever is in its cells', () => {
    expect(table(['a'], [['x | y\n z']])).toBe('| a |\n| --- |\n| x \\| y z |');
  });

  it.each([
    ['a number', port(3), '`3`'],
    ['a list', list('a, b'), '`a,b`'],
    ['nothing', processSettings.topicPrefix.schema, '*empty*'],
    ['no default', processSettings.keyPepper.schema, '*required*'],
    ['a folder of the repository', list(`${root}/services/x`), '`services/x`'],
  ])('shows the default of a setting: %s', (_what, schema, shown) => {
    expect(defaultOf(setting('A', schema, ''))).toBe(shown);
  });

  it('hides the password in the default of a secret', () => {
    expect(defaultOf(processSettings.databaseUrl)).toBe('`postgres://…@127.0.0.1:15432/weir`');
  });

  it('says in a few words what a field holds', () => {
    const [completed, verdict] = [inferenceCompleted, guardrailVerdict].map(
      (event) => event.data.toJSONSchema({ io: 'input' }) as JsonSchema,
    );
    const fields: JsonSchema['properties'] = {
      ...completed?.properties,
      findings: verdict?.properties?.['findings'] ?? {},
    };
    const textOf = (name: string) => typeText(fields?.[name] ?? {});
    expect(textOf('request_model')).toBe('string');
    expect(textOf('finish_reasons')).toBe('list of string');
    expect(textOf('door')).toBe('"http" or "grpc"');
    expect(textOf('stages_ms')).toBe('map to number');
    expect(textOf('findings')).toMatch(/^list of \{ detector, action, path, /);
  });

  it('has every event, with a schema that lets later fields pass', () => {
    const schemas = eventSchemas();
    expect(schemas.size).toBe(eventCatalogue.length);
    for (const event of eventCatalogue) {
      expect(topicsPage()).toContain(`## \`${event.type}\``);
      const schema = JSON.parse(schemas.get(`${event.type}.schema.json`) ?? '') as {
        title: string;
        additionalProperties?: unknown;
      };
      expect(schema.title).toBe(event.type);
      expect(schema.additionalProperties).not.toBe(false);
    }
  });

  it('has every error code with its statuses', () => {
    for (const code of Object.keys(ERROR_KINDS)) expect(errorsPage()).toContain(`| \`${code}\` |`);
    expect(errorsPage()).toContain('| `rate_limit_exceeded` | 429 | RESOURCE_EXHAUSTED | `rate_limit_error` | yes |');
  });

  it('shows metrics by their owner and methods with their comments', () => {
    const metric = { kind: 'gauge', name: 'weir_x', help: 'Help.', labels: ['a'] } as const;
    expect(metricsPage([{ owner: 'libs/x', metrics: [metric] }])).toContain('## libs/x\n\n| metric');
    const method = { name: 'Do', request: 'A', response: 'stream B', comment: 'Does it.' };
    const service = { name: 'XService', comment: 'Two\nlines.', methods: [method] };
    const text = grpcPage([{ name: 'weir.x.v1', services: [service], messages: [], enums: [] }]);
    expect(text).toContain('| `Do` | `A` | `stream B` | Does it. |');
    expect(text).toContain('Two lines.');
  });
});

describe('generated files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-generate-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are written, changed and removed, and are then up to date', async () => {
    const wanted = new Map([
      ['out/a.md', 'a'],
      ['out/deep/b.md', 'b'],
    ]);
    expect(await bringUpToDate(folder, ['out'], wanted)).toEqual(['out/a.md', 'out/deep/b.md']);
    expect(await outdated(folder, ['out'], wanted)).toEqual([]);
    await writeFile(join(folder, 'out/a.md'), 'changed');
    await writeFile(join(folder, 'out/old.md'), 'old');
    expect(await outdated(folder, ['out'], wanted)).toEqual(['out/a.md', 'out/old.md']);
    await bringUpToDate(folder, ['out'], wanted);
    expect(await readFile(join(folder, 'out/a.md'), 'utf8')).toBe('a');
    expect(await outdated(folder, ['out'], wanted)).toEqual([]);
  });
});
