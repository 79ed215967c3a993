const PAGE_SIZE = 100;
const MOST_PAGES = 100;

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** The items of all pages, at most 10,000. */
export async function allPages<T>(
  fetchPage: (page: { pageSize: number; pageToken: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let pageToken = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await fetchPage({ pageSize: PAGE_SIZE, pageToken });
    all.push(...answer.items);
    pageToken = answer.nextPageToken;
    if (!pageToken) break;
  }
  return all;
}
