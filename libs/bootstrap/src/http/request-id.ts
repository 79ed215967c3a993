const ACCEPTED = /^[\x20-\x7e]{1,128}$/;

/** The caller's `x-request-id` when it is at most 128 printable ASCII characters, a new one otherwise. */
export function requestIdFrom(header: string | string[] | undefined, create: () => string): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : create();
}
