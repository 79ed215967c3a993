import { stableHash } from '../kit/stable-hash.js';
import { OBFUSCATIONS } from './obfuscations.js';

/** Those that the views cannot undo without loss. */
const LOSSY = ['leet', 'spaced letters', 'reversed'] as const;

/** A text hidden in one way, the same on every run; undefined for most harmless texts. */
export function hidden(text: string, share: number): string | undefined {
  const hash = stableHash(text);
  if ((hash % 1000) / 1000 >= share) return undefined;
  return OBFUSCATIONS[LOSSY[hash % LOSSY.length]!]!(text);
}
