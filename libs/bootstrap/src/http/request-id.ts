const ACCEPTED = /^[\x21-\x7e]{1,128}$/;

/** The caller's `x-request-id` when it is 1 to 128 printable ASCII characters without spaces, a new one otherwise. */
export function requestIdFrom(header: string | string[] | undefined, create: () => string): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : create();
}
