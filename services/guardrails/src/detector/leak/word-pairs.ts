import type { Span } from '../verdict-words.js';
import type { TextView } from '../../text/text-views.js';

/** Neighbours in a prompt may have so many other words between them in an output, for example translations. */
const MAX_BETWEEN = 2;
const MAX_WORDS = 4_000;
const MIN_PAIRS = 5;
/** Share of the pairs at which the score is 0.5. */
const HALF_SHARE = 0.6;
const SHORT_WORD = 3;

/** Words that stand beside each other in a prompt; pairs of two short words say nothing. */
export interface WordPairs {
  readonly pairs: ReadonlySet<string>;
  readonly firsts: ReadonlySet<string>;
}

export function wordPairs(words: readonly string[]): WordPairs {
  const pairs = new Set<string>();
  const firsts = new Set<string>();
  const last = Math.min(words.length, MAX_WORDS) - 1;
  for (let at = 0; at < last; at++) {
    const [first, second] = [words[at]!, words[at + 1]!];
    if (first.length <= SHORT_WORD && second.length <= SHORT_WORD) continue;
    pairs.add(`${first} ${second}`);
    firsts.add(first);
  }
  return { pairs, firsts };
}

/** How many of a prompt's pairs an output has in the same order, with few words between. */
export function pairOverlap({ pairs, firsts }: WordPairs, output: TextView): (Span & { score: number }) | undefined {
  if (pairs.size < MIN_PAIRS) return undefined;
  const words = [...output.text.toLowerCase().matchAll(/\p{L}+/gu)];
  const seen = new Set<string>();
  let start = -1;
  let end = -1;
  for (const [at, word] of words.entries()) {
    if (!firsts.has(word[0])) continue;
    for (let next = at + 1; next <= at + 1 + MAX_BETWEEN && next < words.length; next++) {
      const pair = `${word[0]} ${words[next]![0]}`;
      if (!pairs.has(pair)) continue;
      seen.add(pair);
      if (start < 0) start = word.index;
      end = words[next]!.index + words[next]![0].length;
    }
  }
  if (start < 0) return undefined;
  return { ...output.originalSpan(start, end), score: Math.min(1, seen.size / pairs.size / (2 * HALF_SHARE)) };
}
