import { WeirError } from '@weir/errors';
import { z } from 'zod';

export const BUCKET_MS = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const;
export type BucketWidth = keyof typeof BUCKET_MS;

export const GROUPS = ['project_id', 'api_key_id', 'model'] as const;
export type Group = (typeof GROUPS)[number];

/** What one page of buckets covers, [fromMs, toMs), whole buckets only. */
export interface UsageQuery {
  readonly width: BucketWidth;
  readonly fromMs: number;
  readonly toMs: number;
  /** Begin of the first bucket of the next page; undefined on the last page. */
  readonly nextMs: number | undefined;
  readonly groups: readonly Group[];
  readonly projectIds: readonly string[];
  readonly apiKeyIds: readonly string[];
  readonly models: readonly string[];
}

/** Query parameters as Fastify gives them. */
export type QueryParameters = Readonly<Record<string, unknown>>;

interface Form {
  readonly widths: readonly BucketWidth[];
  /** Default and largest number of buckets per page, by width. */
  readonly buckets: Readonly<Partial<Record<BucketWidth, { readonly usual: number; readonly most: number }>>>;
  /** Parameter value to group. */
  readonly groups: Readonly<Record<string, Group>>;
}

const USAGE: Form = {
  widths: ['1m', '1h', '1d'],
  buckets: { '1m': { usual: 60, most: 1440 }, '1h': { usual: 24, most: 168 }, '1d': { usual: 7, most: 31 } },
  groups: { project_id: 'project_id', api_key_id: 'api_key_id', model: 'model' },
};

const COSTS: Form = {
  widths: ['1d'],
  buckets: { '1d': { usual: 7, most: 180 } },
  groups: { project_id: 'project_id', api_key_id: 'api_key_id', line_item: 'model' },
};

const MOST_IDS = 100;
const seconds = z
  .string('Expected whole seconds since the epoch.')
  .regex(/^\d{1,10}$/, 'Expected whole seconds since the epoch.')
  .transform(Number);
const ids = z.array(z.string().min(1).max(200)).max(MOST_IDS).default([]);
const parameters = z.strictObject({
  start_time: seconds,
  end_time: seconds.optional(),
  bucket_width: z.enum(['1m', '1h', '1d']).default('1d'),
  group_by: z.array(z.string()).max(GROUPS.length).default([]),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'Expected a positive whole number.')
    .transform(Number)
    .optional(),
  page: z.string().max(100).optional(),
  project_ids: ids,
  api_key_ids: ids,
  models: ids,
});
const LISTS = new Set(['group_by', 'project_ids', 'api_key_ids', 'models']);

/** Reads the query of `GET /v1/organization/usage/completions`. @throws WeirError with the parameter that is wrong. */
export const usageQuery = (query: QueryParameters, nowMs: number): UsageQuery => read(USAGE, query, nowMs);

/** Reads the query of `GET /v1/organization/costs`. @throws WeirError with the parameter that is wrong. */
export const costsQuery = (query: QueryParameters, nowMs: number): UsageQuery => read(COSTS, query, nowMs);

function read(form: Form, query: QueryParameters, nowMs: number): UsageQuery {
  const given = parameters.safeParse(normalized(query));
  if (!given.success) throw queryError(given.error);
  const { bucket_width: width, limit, page, start_time, end_time } = given.data;
  const bounds = form.buckets[width];
  if (!form.widths.includes(width) || !bounds) throw wrong('bucket_width', `Use one of: ${form.widths.join(', ')}.`);
  if (limit !== undefined && limit > bounds.most)
    throw wrong('limit', `At most ${bounds.most} for buckets of ${width}.`);
  const length = BUCKET_MS[width];
  const firstMs = Math.floor((start_time * 1000) / length) * length;
  const endMs = Math.ceil((end_time === undefined ? nowMs : end_time * 1000) / length) * length;
  if (end_time !== undefined && end_time <= start_time) throw wrong('end_time', 'The end must be after the start.');
  const fromMs = page === undefined ? firstMs : pageStart(page);
  if (fromMs % length !== 0 || fromMs < firstMs) throw wrong('page', 'The page belongs to another query.');
  const toMs = Math.max(fromMs, Math.min(endMs, fromMs + (limit ?? bounds.usual) * length));
  return {
    width,
    fromMs,
    toMs,
    nextMs: toMs < endMs ? toMs : undefined,
    groups: given.data.group_by.map((name) => groupOf(form, name)),
    projectIds: given.data.project_ids,
    apiKeyIds: given.data.api_key_ids,
    models: given.data.models,
  };
}

/** Token of the page that begins at an instant. */
export function pageToken(startMs: number): string {
  return `page_${Buffer.from(String(startMs)).toString('base64url')}`;
}

function pageStart(token: string): number {
  const text = token.startsWith('page_') ? Buffer.from(token.slice(5), 'base64url').toString('latin1') : '';
  if (!/^\d{1,15}$/.test(text)) throw wrong('page', 'This is no page token of this API.');
  return Number(text);
}

/** `name=a&name=b`, `name[]=a` and `name=a,b` are the same list. */
function normalized(query: QueryParameters): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [rawName, value] of Object.entries(query)) {
    const name = rawName.replace(/\[\]$/, '');
    if (!LISTS.has(name)) {
      result[name] = value;
      continue;
    }
    const words = (Array.isArray(value) ? value : [value]).flatMap((each) => String(each).split(','));
    result[name] = [...((result[name] as string[] | undefined) ?? []), ...words.filter(Boolean)];
  }
  return result;
}

function groupOf(form: Form, name: string): Group {
  const group = Object.hasOwn(form.groups, name) ? form.groups[name] : undefined;
  if (!group) throw wrong('group_by', `Use any of: ${Object.keys(form.groups).join(', ')}.`);
  return group;
}

function queryError(error: z.ZodError): WeirError {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    return new WeirError('unsupported_parameter', `Parameter ${name} is not supported here.`, { param: name });
  }
  return wrong(String(issue?.path[0] ?? ''), issue?.message ?? 'The query is not valid.');
}

function wrong(param: string, message: string): WeirError {
  return new WeirError('invalid_request', message, { param });
}
