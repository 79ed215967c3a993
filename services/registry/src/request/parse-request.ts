import { WeirError } from '@weir/errors';
import type { z } from 'zod';

/** Validates a request at the boundary. The first problem becomes `invalid_request` with the field's name in the proto's notation. */
export function parseRequest<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = paramName(issue?.path ?? []);
  throw invalid(param, issue?.message ?? 'is not valid');
}

export function invalid(param: string, message: string): WeirError {
  return new WeirError('invalid_request', param ? `${param}: ${message}` : message, param ? { param } : {});
}

/** `['engine', 'baseUrl']` → `engine.base_url`; `['artifacts', 0, 'sha256']` → `artifacts[0].sha256`. */
export function paramName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    const word = String(part).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return name ? `${name}.${word}` : word;
  }, '');
}
