import { isUtf8 } from 'node:buffer';
import { WeirError } from '@weir/errors';

/** The key `__proto__`, also with escaped underscores. */
const PROTOTYPE_KEY = /(?:_|\\u005f){2}proto(?:_|\\u005f){2}/i;

/**
 * Reads a JSON body strictly. An empty one is `undefined`, for requests that need none.
 * @throws WeirError `invalid_utf8` or `invalid_json`
 */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new WeirError('invalid_utf8', 'The body is not valid UTF-8.');
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  try {
    const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    return PROTOTYPE_KEY.test(json) ? JSON.parse(json, withoutPrototypeKey) : JSON.parse(json);
  } catch (error) {
    throw new WeirError('invalid_json', `The body is not valid JSON${positionOf(error)}.`);
  }
}

/** A key that would replace the prototype of whatever object it is copied onto. */
function withoutPrototypeKey(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/** Only the place of the mistake: the text of the parser's message quotes the body. */
function positionOf(error: unknown): string {
  const found = error instanceof Error ? /at position (\d+)/.exec(error.message) : null;
  return found?.[1] ? ` at position ${found[1]}` : '';
}
