import { z } from 'zod';
import { invalid } from './parse-request.js';

export const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;

/** One page of a list in order of names: `limit` names after `after`. */
export interface Page {
  readonly limit: number;
  readonly after: string;
}

const tokenShape = z.tuple([z.string(), z.string()]);

/** Reads page size and token. A token is good only for the list that gave it. */
export function readPage(list: string, request: { pageSize: number; pageToken: string }): Page {
  if (request.pageSize > MAX_PAGE_SIZE) throw invalid('page_size', `at most ${MAX_PAGE_SIZE}`);
  return { limit: request.pageSize || DEFAULT_PAGE_SIZE, after: readToken(list, request.pageToken) };
}

/** Cuts rows, of which one more than the page was read, to the page and names where the next one begins. */
export function cutPage<Row>(
  list: string,
  page: Page,
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): { rows: readonly Row[]; nextPageToken: string } {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  if (last === undefined || rows.length <= page.limit) return { rows: shown, nextPageToken: '' };
  return { rows: shown, nextPageToken: pageToken(list, nameOf(last)) };
}

export function pageToken(list: string, after: string): string {
  return Buffer.from(JSON.stringify([list, after])).toString('base64url');
}

function readToken(list: string, token: string): string {
  if (token === '') return '';
  const parsed = tokenShape.safeParse(parseJson(Buffer.from(token, 'base64url').toString()));
  if (!parsed.success || parsed.data[0] !== list || parsed.data[1].includes('\0')) {
    throw invalid('page_token', 'is not a token of this list');
  }
  return parsed.data[1];
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
