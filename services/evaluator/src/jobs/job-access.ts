import { WeirError } from '@weir/errors';
import type { CallContext, Principal } from '@weir/grpc';
import type { JobView } from './job.js';

const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A key sees the jobs of its project, with the scope admin those of its organisation. */
export function viewOf({ organizationId, projectId, scopes }: Principal): JobView {
  return { organizationId, projectId: scopes.includes('admin') ? undefined : projectId };
}

/** A call that carries a key's principal is judged by it; the operator sees all. */
export function viewOfCall({ peer, principal }: Pick<CallContext, 'peer' | 'principal'>): JobView {
  if (principal) return viewOf(principal);
  if (peer.kind === 'client') throw new WeirError('missing_api_key', 'This call needs an API key.');
  return { organizationId: undefined, projectId: undefined };
}

/** What is not an id is the id of no job. @throws WeirError `not_found` */
export function readJobId(id: string): string {
  if (ID.test(id)) return id;
  throw new WeirError('not_found', 'There is no such evaluation job.', { param: 'id' });
}

/** @throws WeirError `invalid_request` */
export function readPage({ pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string }) {
  if (!Number.isInteger(pageSize) || pageSize < 0 || pageSize > MAX_PAGE_SIZE) {
    throw new WeirError('invalid_request', `page_size: at most ${MAX_PAGE_SIZE}`, { param: 'page_size' });
  }
  if (pageToken !== '' && !ID.test(pageToken)) {
    throw new WeirError('invalid_request', 'page_token: is not a token of this list', { param: 'page_token' });
  }
  return { limit: pageSize || DEFAULT_PAGE_SIZE, beforeId: pageToken };
}

/** Cuts rows, of which one more than the page was read. */
export function cutPage<Row extends { readonly id: string }>(rows: readonly Row[], limit: number) {
  const shown = rows.slice(0, limit);
  return { shown, nextPageToken: rows.length > limit ? (shown.at(-1)?.id ?? '') : '' };
}
