import { WeirError } from '@weir/errors';
import { policyDocument, type PolicyDocument } from '../policy-document.js';
import { canonicalJson } from './canonical-json.js';

/** Longest policy, in characters of its canonical JSON. */
export const MAX_DOCUMENT_CHARS = 256 * 1024;

/** @throws WeirError `invalid_configuration` for what is no policy, with the path of its first mistake. */
export function readDocument(input: unknown): PolicyDocument {
  if (canonicalJson(input).length > MAX_DOCUMENT_CHARS) throw tooLong();
  const parsed = policyDocument.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidPolicy(issue?.path ?? [], issue?.message ?? 'is not valid');
}

/** @throws WeirError `invalid_configuration` for text that is too long or no JSON. */
export function parseDocument(text: string): unknown {
  // Spaces do not count against the bound, but they are not free either.
  if (text.length > 4 * MAX_DOCUMENT_CHARS) throw tooLong();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WeirError('invalid_configuration', 'Policy: it is not JSON.', { cause: error });
  }
}

export function invalidPolicy(path: readonly PropertyKey[], message: string): WeirError {
  const place = path.map(String).join('.');
  return new WeirError('invalid_configuration', place ? `Policy: ${place}: ${message}` : `Policy: ${message}`, {
    ...(place ? { param: place } : {}),
  });
}

function tooLong(): WeirError {
  return new WeirError('invalid_configuration', `Policy: it is longer than ${MAX_DOCUMENT_CHARS} characters.`);
}
