import type { IncomingHttpHeaders } from 'node:http';

/** The API key that a request shows: its bearer token, else what the first of these headers holds. */
export function presentedKey(headers: IncomingHttpHeaders, keyHeaders: readonly string[] = []): string | undefined {
  const bearer = bearerToken(headers.authorization);
  if (bearer) return bearer;
  for (const name of keyHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && value.trim()) return value.trim();
  }
  return undefined;
}

/** Absent when there is no bearer token; another scheme counts as none. */
function bearerToken(header: string | undefined): string | undefined {
  return header && /^bearer +\S/i.test(header) ? header.slice(7).trim() : undefined;
}
