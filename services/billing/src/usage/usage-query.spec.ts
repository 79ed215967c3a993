import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKET_MS, costsQuery, pageToken, usageQuery, type BucketWidth } from './usage-query.js';

const NOW = Date.parse('2026-11-23T12:34:56.789Z');
const SECOND = Math.floor(NOW / 1000);
const DAY = Date.parse('2026-11-23T00:00:00Z');
const START = String(DAY / 1000 - 3 * 86_400);

describe('usageQuery', () => {
  it('covers whole buckets from the start to now by default', () => {
    expect(usageQuery({ start_time: START }, NOW)).toEqual({
      width: '1d',
      fromMs: DAY - 3 * BUCKET_MS['1d'],
      toMs: DAY + BUCKET_MS['1d'],
      nextMs: undefined,
      groups: [],
      projectIds: [],
      apiKeyIds: [],
      models: [],
    });
  });

  it('reads lists in every form that clients send', () => {
    const query = { start_time: START, 'group_by[]': ['project_id', 'model'], project_ids: 'a,b', models: ['m'] };
    expect(usageQuery(query, NOW)).toMatchObject({
      groups: ['project_id', 'model'],
      projectIds: ['a', 'b'],
      models: ['m'],
    });
  });

  it.each([
    [{}, 'start_time', 'invalid_request'],
    [{ start_time: 'yesterday' }, 'start_time', 'invalid_request'],
    [{ start_time: '-1' }, 'start_time', 'invalid_request'],
    [{ start_time: ['1', '2'] }, 'start_time', 'invalid_request'],
    [{ start_time: START, end_time: START }, 'end_time', 'invalid_request'],
    [{ start_time: START, bucket_width: '2d' }, 'bucket_width', 'invalid_request'],
    [{ start_time: START, limit: '32' }, 'limit', 'invalid_request'],
    [{ start_time: START, limit: '0' }, 'limit', 'invalid_request'],
    [{ start_time: START, group_by: 'user_id' }, 'group_by', 'invalid_request'],
    [{ start_time: START, group_by: 'constructor' }, 'group_by', 'invalid_request'],
    [{ start_time: START, page: 'page_!!' }, 'page', 'invalid_request'],
    [{ start_time: START, page: pageToken(DAY + 1) }, 'page', 'invalid_request'],
    [{ start_time: START, page: pageToken(DAY - 9 * 86_400_000) }, 'page', 'invalid_request'],
    [{ start_time: START, user_ids: 'u' }, 'user_ids', 'unsupported_parameter'],
    [{ start_time: START, models: Array.from({ length: 101 }, String) }, 'models', 'invalid_request'],
  ])('refuses %o, naming %s', (query, param, code) => {
    expect(() => usageQuery(query, NOW)).toThrow(expect.objectContaining({ param, code }));
  });

  it('pages without a gap and without an overlap, to the end', () => {
    const spans = fc.record({
      width: fc.constantFrom<BucketWidth>('1m', '1h', '1d'),
      start: fc.integer({ min: SECOND - 400_000, max: SECOND }),
      length: fc.integer({ min: 1, max: 200_000 }),
      limit: fc.integer({ min: 1, max: 31 }),
    });
    fc.assert(
      fc.property(spans, ({ width, start, length, limit }) => {
        const given = {
          start_time: String(start),
          end_time: String(start + length),
          bucket_width: width,
          limit: String(limit),
        };
        let page = usageQuery(given, NOW);
        expect(page.fromMs).toBeLessThanOrEqual(start * 1000);
        for (let pages = 0; page.nextMs !== undefined && pages < 10_000; pages++) {
          expect(page.toMs - page.fromMs).toBe(limit * BUCKET_MS[width]);
          const next = usageQuery({ ...given, page: pageToken(page.nextMs) }, NOW);
          expect(next.fromMs).toBe(page.toMs);
          page = next;
        }
        expect(page.toMs).toBeGreaterThanOrEqual((start + length) * 1000);
        expect(page.toMs - (start + length) * 1000).toBeLessThan(BUCKET_MS[width]);
      }),
    );
  });

  it('answers an empty page for a start in the future', () => {
    const query = usageQuery({ start_time: String(SECOND + 9e6) }, NOW);
    expect(query).toMatchObject({ nextMs: undefined });
    expect(query.toMs).toBe(query.fromMs);
  });
});

describe('costsQuery', () => {
  it('knows days and line items only', () => {
    expect(costsQuery({ start_time: START, group_by: 'line_item', limit: '180' }, NOW)).toMatchObject({
      groups: ['model'],
    });
    expect(() => costsQuery({ start_time: START, bucket_width: '1h' }, NOW)).toThrow(
      expect.objectContaining({ param: 'bucket_width' }),
    );
    expect(() => costsQuery({ start_time: START, group_by: 'model' }, NOW)).toThrow(
      expect.objectContaining({ param: 'group_by' }),
    );
  });
});
