import { isErrorCode, WeirError, type ErrorCode } from '@weir/errors';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Reads a value with a schema.
 * @throws WeirError `invalid_request`, or the code that an issue names, with the path of the first mistake.
 */
export function readWith<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw issue ? errorOf(issue) : new WeirError('invalid_request', 'The request is not valid.');
}

/** `['messages', 0, 'content']` → `messages[0].content`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text ? `${text}.${String(key)}` : String(key);
  }, '');
}

/** Parameters of a schema's issue that is a refusal by name. */
export const UNSUPPORTED = { params: { code: 'unsupported_parameter' } } as const;

function errorOf(issue: Issue): WeirError {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const param = pathText([...issue.path, ...keys]);
  if (keys.length) {
    return new WeirError('unsupported_parameter', `Parameter '${param}' is not supported.`, { param });
  }
  const message = param ? `Invalid value for '${param}': ${issue.message}` : `Invalid request: ${issue.message}`;
  return new WeirError(codeOf(issue), message, param ? { param } : {});
}

function codeOf(issue: Issue): ErrorCode {
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return typeof code === 'string' && isErrorCode(code) ? code : 'invalid_request';
}
