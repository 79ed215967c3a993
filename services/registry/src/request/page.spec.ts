import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutPage, MAX_PAGE_SIZE, pageToken, readPage } from './page.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `n${String(index).padStart(4, '0')}`);

/** Walks a list as a client would. */
function walk(all: readonly string[], pageSize: number): string[] {
  const seen: string[] = [];
  for (let pageToken = '', first = true; first || pageToken; first = false) {
    const page = readPage('names', { pageSize, pageToken });
    const rows = all.filter((name) => name > page.after).slice(0, page.limit + 1);
    const cut = cutPage('names', page, rows, (name) => name);
    expect(cut.rows.length).toBeLessThanOrEqual(page.limit);
    seen.push(...cut.rows);
    pageToken = cut.nextPageToken;
  }
  return seen;
}

describe('pages', () => {
  it('show every row once, whatever their size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 50 }), (count, pageSize) => {
        expect(walk(names(count), pageSize)).toEqual(names(count));
      }),
    );
  });

  it('have no token after the last row', () => {
    const page = readPage('names', { pageSize: 2, pageToken: '' });
    expect(cutPage('names', page, ['a', 'b'], (name) => name).nextPageToken).toBe('');
    expect(cutPage('names', page, ['a', 'b', 'c'], (name) => name).nextPageToken).toBe(pageToken('names', 'b'));
  });

  it('are bounded', () => {
    expect(readPage('names', { pageSize: MAX_PAGE_SIZE, pageToken: '' }).limit).toBe(MAX_PAGE_SIZE);
    expect(() => readPage('names', { pageSize: MAX_PAGE_SIZE + 1, pageToken: '' })).toThrowError(
      expect.objectContaining({ code: 'invalid_request', param: 'page_size' }),
    );
  });

  it('take no token but their own', () => {
    const forged = (content: string) => Buffer.from(content).toString('base64url');
    const tokens = [
      'x',
      '!!!',
      forged('{}'),
      forged('["names"]'),
      forged('["names","a\\u0000"]'),
      pageToken('other', 'a'),
    ];
    for (const token of tokens) {
      expect(() => readPage('names', { pageSize: 1, pageToken: token })).toThrowError(
        expect.objectContaining({ code: 'invalid_request', param: 'page_token' }),
      );
    }
  });

  it('refuse garbage with a typed error', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (token) => {
        expect(() => readPage('names', { pageSize: 1, pageToken: token })).toThrowError(
          expect.objectContaining({ code: 'invalid_request' }),
        );
      }),
    );
  });
});
