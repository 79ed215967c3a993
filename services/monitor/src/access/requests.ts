import { WeirError } from '@weir/errors';
import { SERIES, type Series } from '../drift/sample.js';

const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;
const MAX_NAME = 200;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface Page {
  readonly limit: number;
  /** The last id of the page before; empty = the first page. */
  readonly beforeId: string;
}

/** @throws WeirError `invalid_request` */
export function readPage({ pageSize, pageToken }: { pageSize: number; pageToken: string }): Page {
  if (pageSize > MAX_PAGE_SIZE) throw invalid('page_size', `at most ${MAX_PAGE_SIZE}`);
  if (pageToken !== '' && !ID.test(pageToken)) throw invalid('page_token', 'is not a token of this list');
  return { limit: pageSize || DEFAULT_PAGE_SIZE, beforeId: pageToken };
}

/** Text that names something. @throws WeirError `invalid_request` */
export function readName(value: string, param: string): string {
  if (value === '') throw invalid(param, 'is needed');
  return optionalName(value, param) ?? '';
}

/** Empty = undefined. @throws WeirError `invalid_request` */
export function optionalName(value: string, param: string): string | undefined {
  if (value.length > MAX_NAME) throw invalid(param, `at most ${MAX_NAME} characters`);
  if (/[\p{Cc}\p{Cs}]/u.test(value)) throw invalid(param, 'control characters are not allowed');
  return value === '' ? undefined : value;
}

/** @throws WeirError `invalid_request` */
export function readSeries(value: string): Series {
  const series = SERIES.find((each) => each === value);
  if (!series) throw invalid('series', `one of ${SERIES.join(', ')}`);
  return series;
}

function invalid(param: string, message: string): WeirError {
  return new WeirError('invalid_request', `${param}: ${message}`, { param });
}
