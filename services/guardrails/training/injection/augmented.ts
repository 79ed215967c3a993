import { stableHash } from '../kit/stable-hash.js';
import { OBFUSCATIONS } from './obfuscations.js';

/** Those that the views cannot undo without loss. */
const LOSSY = ['leet', 'spaced letters', 'reversed'] as const;
/** Those that leave a text without a known word where it is not decoded. */
const SCRAMBLED = ['rot13', 'reversed', 'base64', 'hex'] as const;

/** A text hidden in each of several ways, or in the `share` of them that its hash picks: the same on every run. */
export function hidden(text: string, share: number): string[] {
  const picked = LOSSY.filter((form) => stableHash(`${form} ${text}`) % 1000 < 1000 * share);
  return picked.map((form) => OBFUSCATIONS[form]!(text));
}

/** A text in letters that say nothing: unreadable is not yet an attack. */
export function scrambled(text: string): string {
  return OBFUSCATIONS[SCRAMBLED[stableHash(text) % SCRAMBLED.length]!]!(text);
}
