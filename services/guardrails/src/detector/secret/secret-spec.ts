import { CharSet, WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';

const DASH = CharSet.of([45, 45]);
/** Characters of most tokens: letters, digits, `_` and `-`. */
export const TOKEN = WORD.union(DASH);
/** Of base64 in both alphabets. */
export const BASE64 = TOKEN.union(CharSet.of([43, 43], [47, 47], [61, 61]));

export interface SecretOptions {
  /** Default: the id in upper case. */
  readonly entity?: string;
  /** Default 160; the prefix decides long before that. */
  readonly maxLength?: number;
  readonly score?: number;
  readonly validate?: (value: string) => boolean;
  readonly validateBeginning?: (beginning: string) => boolean;
  /** What belongs to the secret after the characters that prove it. */
  readonly tail?: CharSet;
  readonly notAfter?: CharSet;
  readonly notBefore?: CharSet;
  readonly ignoreCase?: boolean;
  readonly replacement?: DetectorSpec['replacement'];
  /** Words without which there is no finding. */
  readonly words?: readonly string[];
}

/** A kind of credential. */
export function secret(name: string, pattern: string, options: SecretOptions = {}): DetectorSpec {
  const { words, ...rest } = options;
  return {
    id: `secret.${name}`,
    category: 'secret',
    entity: name.toUpperCase(),
    owasp: 'LLM02',
    pattern,
    notAfter: TOKEN,
    maxLength: 160,
    replacement: '[SECRET]',
    score: words ? 0.3 : 1,
    ...rest,
    ...(words ? { context: { words, score: 0.9 } } : {}),
  };
}

/** A token that its prefix gives away; `pattern` ends where it is sure, the rest of the token follows. */
export function prefixed(name: string, pattern: string, options: SecretOptions = {}): DetectorSpec {
  return secret(name, pattern, { tail: TOKEN, ...options });
}
