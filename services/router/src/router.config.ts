import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';

const count = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback);

export const routerSettings = {
  maxInFlight: setting(
    'WEIR_ROUTER_MAX_IN_FLIGHT',
    count(1024, 100_000),
    'Requests that run at the same time; more are refused with 503.',
  ),
  maxTokenizerCalls: setting(
    'WEIR_ROUTER_MAX_TOKENIZER_CALLS',
    count(32, 10_000),
    'Questions about tokens that are answered at the same time; more are refused with 503.',
  ),
  requestTimeoutMs: setting(
    'WEIR_ROUTER_REQUEST_TIMEOUT_MS',
    count(600_000, 86_400_000),
    'Longest time of one request, in milliseconds, when its caller sets no shorter one.',
  ),
  guardTimeoutMs: setting(
    'WEIR_ROUTER_GUARD_TIMEOUT_MS',
    count(2000, 60_000),
    'Longest time to wait for one decision of guardrails, in milliseconds.',
  ),
  leaseTimeoutMs: setting(
    'WEIR_ROUTER_LEASE_TIMEOUT_MS',
    count(1000, 60_000),
    'Longest time to wait for a lease of billing, in milliseconds.',
  ),
  leaseMaxWaiting: setting(
    'WEIR_ROUTER_LEASE_MAX_WAITING',
    count(256, 10_000),
    'Requests of one key that may wait for its next lease.',
  ),
  openRequestsPerMinute: setting(
    'WEIR_ROUTER_OPEN_REQUESTS_PER_MINUTE',
    count(60, 1_000_000),
    'Requests per minute and key without billing, for keys with on_billing_error "open".',
  ),
  openTokensPerMinute: setting(
    'WEIR_ROUTER_OPEN_TOKENS_PER_MINUTE',
    count(20_000, 1_000_000_000),
    'Tokens per minute and key without billing, for keys with on_billing_error "open".',
  ),
  keepAliveMs: setting(
    'WEIR_ROUTER_KEEP_ALIVE_MS',
    count(15_000, 600_000),
    'Silence on a stream after which a comment is sent, in milliseconds.',
  ),
  streamBufferBytes: setting(
    'WEIR_ROUTER_STREAM_BUFFER_BYTES',
    count(262_144, 1_048_576),
    'Bytes that may wait for a slow reader before its engine stream is paused.',
  ),
  retryPercent: setting(
    'WEIR_ROUTER_RETRY_PERCENT',
    z.coerce.number().min(0).max(100).default(10),
    'Share of the traffic that may be tried on another target.',
  ),
};

export type RouterSettings = SettingsValues<typeof routerSettings>;
export const ROUTER_SETTINGS = Symbol('router settings');
