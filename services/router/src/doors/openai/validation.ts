import { isErrorCode, WeirError, type ErrorCode } from '@weir/errors';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Reads a value with a schema; the first problem becomes a typed error that names the parameter as OpenAI does. */
export function readWith<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw issue ? errorOf(issue) : new WeirError('invalid_request', 'The request is not valid.');
}

/** `['messages', 0, 'content']` → `messages[0].content`. */
export function paramOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((param, key) => {
    if (typeof key === 'number') return `${param}[${key}]`;
    return param ? `${param}.${String(key)}` : String(key);
  }, '');
}

function errorOf(issue: Issue): WeirError {
  const param = paramOf(issue.path);
  const message = param ? `Invalid value for '${param}': ${issue.message}` : `Invalid request: ${issue.message}`;
  return new WeirError(codeOf(issue), message, param ? { param } : {});
}

function codeOf(issue: Issue): ErrorCode {
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return typeof code === 'string' && isErrorCode(code) ? code : 'invalid_request';
}
