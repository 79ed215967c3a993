import { WeirError } from '@weir/errors';

const MAX_CHARACTERS = 1_048_576;

export interface JsonBounds {
  /** Deepest nesting of arrays and objects. */
  readonly maxDepth: number;
}

/** What a text holds, or why it is no JSON text. */
export type JsonReading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** Reads a JSON text; how deep it is nested is known before it is parsed. */
export function readJson(text: string, { maxDepth }: JsonBounds): JsonReading {
  if (text.length > MAX_CHARACTERS) return { ok: false, reason: 'too_large' };
  if (depthOf(text, maxDepth) > maxDepth) return { ok: false, reason: 'too_deep' };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, reason: 'not_json' };
  }
}

/** Nesting of brackets outside of strings; stops counting beyond `limit`. */
function depthOf(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length && deepest <= limit; index++) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth -= 1;
  }
  return deepest;
}

/** @throws WeirError `invalid_configuration` when a value that a policy gives is nested too deeply or has too many parts. */
export function boundValue(
  value: unknown,
  bounds: { readonly depth: number; readonly parts: number },
  what: string,
): void {
  let parts = 0;
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.value === null || typeof next.value !== 'object') continue;
    const inner = Object.values(next.value);
    parts += inner.length;
    if (next.depth > bounds.depth)
      throw new WeirError('invalid_configuration', `${what}: nested more than ${bounds.depth} deep.`);
    if (parts > bounds.parts) throw new WeirError('invalid_configuration', `${what}: more than ${bounds.parts} parts.`);
    for (const each of inner) open.push({ value: each, depth: next.depth + 1 });
  }
}
