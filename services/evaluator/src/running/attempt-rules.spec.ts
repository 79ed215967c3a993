import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf, LONGEST_WAIT_MS } from './attempt-rules.js';
import { frontDoorUrl } from './front-door-url.js';

const NOW = Date.UTC(2026, 0, 1);

describe('a refused request', () => {
  it.each([
    [401, 'invalid_api_key', 'job'],
    [403, 'permission_denied', 'job'],
    [404, 'model_not_found', 'job'],
    [429, 'insufficient_quota', 'job'],
    [429, 'rate_limit_exceeded', 'retry'],
    [503, 'engine_unavailable', 'retry'],
    [500, 'internal', 'retry'],
    [400, 'content_filter', 'item'],
    [400, 'context_length_exceeded', 'item'],
    [413, undefined, 'item'],
  ])('with %d %s concerns the %s', (status, code, scope) => {
    expect(failureOf(status, code, undefined, NOW)).toMatchObject({ scope, code: code ?? `http_${status}` });
  });

  it('is not named by words that are not Weir’s', () => {
    expect(failureOf(500, 'Traceback: secret', undefined, NOW)).toMatchObject({ code: 'http_500' });
  });

  it.each([
    ['2', 2000],
    ['0.5', 500],
    ['0', 0],
    ['86400', LONGEST_WAIT_MS],
    [new Date(NOW + 5000).toUTCString(), 5000],
    [new Date(NOW - 5000).toUTCString(), 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('with Retry-After %j waits %j ms', (header, ms) => {
    expect(failureOf(429, undefined, header, NOW)).toMatchObject({ retryAfterMs: ms });
  });

  it('never waits longer than the bound, whatever the header says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (header) => {
        const failure = failureOf(503, undefined, header, NOW);
        const wait = failure.retryAfterMs ?? 0;
        return wait >= 0 && wait <= LONGEST_WAIT_MS;
      }),
    );
  });
});

describe('the front door', () => {
  const facts = { configured: '', servesRouter: true, listening: { port: 4321 }, httpPort: 8080 };

  it.each([
    [{ ...facts, configured: 'http://router:8080/' }, 'http://router:8080'],
    [facts, 'http://127.0.0.1:4321'],
    [{ ...facts, listening: null }, 'http://127.0.0.1:8080'],
    [{ ...facts, servesRouter: false }, 'http://127.0.0.1:8080'],
  ])('of %j is %s', (given, url) => {
    expect(frontDoorUrl(given)).toBe(url);
  });
});
