import { createHash } from 'node:crypto';
import { WeirError } from '@weir/errors';

const MAX_DEPTH = 256;

/**
 * JSON text with the keys of every object in order, so that equal values have equal texts. Absent fields are left out.
 * @throws WeirError `invalid_configuration` for a value nested deeper than 256 levels.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new WeirError('invalid_configuration', `JSON: nested deeper than ${MAX_DEPTH} levels.`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field, depth + 1)}`);
  return `{${fields.join(',')}}`;
}

/** SHA-256 of the canonical text, 64 hex digits. */
export function sha256Of(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
