import { parseJsonBody } from '@weir/bootstrap';
import type { z } from 'zod';
import { readWith } from './door-body.js';

const NOTHING = new Uint8Array();

/**
 * Reads the bytes of a body with a schema, for doors that answer to what is no JSON in a way of their own.
 * @throws WeirError `invalid_json`, `invalid_utf8`, `invalid_request` or `unsupported_parameter`
 */
export function readRaw<T extends z.ZodType>(schema: T, body: Uint8Array | undefined): z.output<T> {
  return readWith(schema, parseJsonBody(body ?? NOTHING));
}
