import { WORD } from '../pattern/char-set.js';
import type { DetectorSpec } from './detector.js';

const SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/**
 * A detector for one phrase, whatever its case and its white space. The phrase is ASCII text.
 */
export function denyPhrase(phrase: string, index: number): DetectorSpec {
  const words = phrase.trim().split(/\s+/);
  return {
    id: `deny.${index}`,
    pattern: words.map((word) => word.replace(SPECIAL, String.raw`\$&`)).join(String.raw`\s{1,4}`),
    ignoreCase: true,
    notAfter: WORD,
    notBefore: WORD,
    maxLength: phrase.length + 3 * words.length,
    replacement: '[REMOVED]',
    score: 1,
  };
}
